// Under which lock a cell is used by custom, and who may be taken to hold it.
#pragma once

#include <vector>

#include "analysis/concurrency/access.h"

namespace analysis {

struct RuleContext;

/// Counted over the writes and iterations of the run phase.
struct LockCustom {
  LockId lock;     // the one that most of them hold; none if there is none
  int locked = 0;  // how many hold it, or a lock that may be it
  int all = 0;
};
[[nodiscard]] LockCustom custom_of(const RuleContext& context, CellId cell);

/// Whether an access counts for the custom: a single read may well go without a lock.
[[nodiscard]] bool is_counted(const Access& access);

/// Whether who runs a function that takes no lock may well hold `lock`, or has the object to itself: the module only
/// calls it so, another function hands it out, it is private and called from other modules if at all, it makes an
/// object, describes one, or runs after a fork.
[[nodiscard]] bool may_hold(const RuleContext& context, FunctionId function, LockId lock);

}  // namespace analysis
