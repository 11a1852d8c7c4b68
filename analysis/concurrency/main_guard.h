// What runs only where the module is run as a script: the code under `if __name__ == "__main__"`.
#pragma once

#include "analysis/concurrency/model.h"

namespace analysis {

[[nodiscard]] bool is_under_main_guard(const ConcurrencyModel& model, const Trace& body, ContextId innermost);
[[nodiscard]] bool is_under_main_guard(const ConcurrencyModel& model, const CallSite& site);

/// Whether a global is bound only there.
[[nodiscard]] bool is_of_script(const ConcurrencyModel& model, Name global);

}  // namespace analysis
