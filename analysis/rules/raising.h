// Whether code can be left by an exception.
#pragma once

#include "analysis/concurrency/model.h"

namespace analysis {

/// Whether an exception of `op` is to be expected: it calls code that is not known to be harmless, raises, asserts by
/// calling, or hands control to whom uses the generator. Lookups that fail when a key is missing do not count: a test
/// that was made before often rules that out.
[[nodiscard]] bool may_raise(const ConcurrencyModel& model, FunctionId function, const ir::Op& op);

}  // namespace analysis
