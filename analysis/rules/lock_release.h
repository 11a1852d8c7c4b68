// Locks that are taken by hand, and where control leaves the code that holds them without releasing them.
#pragma once

#include <string>
#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

struct RuleContext;

/// `lock.acquire()` and the `lock.release()` of the same block, or the `try` there that makes sure of it, and between
/// them something that leaves without releasing.
struct UnsafeHold {
  FunctionId function;
  const ir::Op* acquire = nullptr;  // the call
  const ir::Op* release = nullptr;  // the call, or the `try`
  const ir::Op* leaves = nullptr;   // what raises, returns or yields while the lock is held
  std::string lock = {};            // as written: `self._lock`
};

/// The unsafe holds of a function, in order. Locks are judged by what makes them, else by their names; those that the
/// function made for itself, and calls of `acquire` with arguments that may make it give up, are left out.
[[nodiscard]] std::vector<UnsafeHold> find_unsafe_holds(const RuleContext& context, FunctionId function);

}  // namespace analysis
