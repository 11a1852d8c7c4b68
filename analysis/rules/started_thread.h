// Where a function starts a thread, and what that thread runs.
#pragma once

#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

struct ThreadStart {
  FunctionId target;     // what the thread runs, a function of this program
  std::uint32_t op = 0;  // of the starting function's `ops`: the call after which the thread may run
  TextRange range;       // absolute: of that call
};

/// `Thread(target=f).start()`, `t = Timer(n, f)` and later `t.start()`, `super().start()` in a class of threads,
/// `start_new_thread(f, …)`, `pool.submit(f)`. Only those whose target is known.
[[nodiscard]] std::vector<ThreadStart> find_thread_starts(const ConcurrencyModel& model, FunctionId in);

/// The statements whose functions need be asked: the others do not say a name that starts a thread.
[[nodiscard]] std::vector<bool> statements_that_may_start_threads(const SymbolTable& symbols);

/// Whether the op at `later` can follow the one at `first` in one execution: they lie on one side of each branch.
[[nodiscard]] bool may_follow(const FunctionSymbol& function, std::uint32_t first, std::uint32_t later);

}  // namespace analysis
