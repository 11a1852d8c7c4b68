// Which cells need no lock by what they hold.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

/// Whether every thread has its own: `threading.local()` and context variables.
[[nodiscard]] bool is_thread_local(const ConcurrencyModel& model, CellId cell);
/// Whether the cell holds a lock, queue, event or the like.
[[nodiscard]] bool is_synchronised(const ConcurrencyModel& model, CellId cell);

/// Whether a race about the cell is worth looking for: it is neither thread-local nor synchronised by itself, and no
/// method, property or class, whose code is looked at where it stands.
[[nodiscard]] inline bool can_race(const ConcurrencyModel& model, CellId cell) { return model.can_race[cell.index]; }
/// Tells it of all cells of the model, from all else that is known of them.
void find_racing_cells(ConcurrencyModel& model);

/// The operations that bind a cell anywhere in the module.
[[nodiscard]] const std::vector<CellTable::Binding>& bindings_of(const ConcurrencyModel& model, CellId cell);
/// The last part of the name of what makes a bound value: `Lock` for `threading.Lock()`. Empty when it is no call.
[[nodiscard]] std::string_view maker_of(const ConcurrencyModel& model, const CellTable::Binding& binding);

}  // namespace analysis
