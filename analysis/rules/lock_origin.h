// Where a lock comes from: which cell holds it, and whether it is a lock of its own.
#pragma once

#include "analysis/concurrency/model.h"

namespace analysis {

struct LockOrigin {
  CellId cell;                 // none when the lock is no cell of this module
  bool is_made_alone = false;  // the cell is only ever bound to new locks that are made from no other: `Lock()`, but
                               // neither `Condition(lock)` nor `parent.lock`
};
[[nodiscard]] LockOrigin origin_of(const ConcurrencyModel& model, LockId lock);

}  // namespace analysis
