// Which methods of an object run when one of them is called.
#pragma once

#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

/// `method`, then the methods of these classes that it calls, directly or through each other; each once.
[[nodiscard]] std::vector<FunctionId> with_own_callees(const ConcurrencyModel& model,
                                                       const std::vector<ClassId>& classes, FunctionId method);

}  // namespace analysis
