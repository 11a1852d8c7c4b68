// What is to be said of one cell, given all that the module does with it.
#pragma once

#include <string>
#include <vector>

#include "analysis/review/cell_history.h"
#include "analysis/review/inventory.h"

namespace analysis {

/// The kind of a global (1 to 4) and of an attribute (1 to 3).
[[nodiscard]] int kind_of_global(const std::vector<CellEvent>& events);
[[nodiscard]] int kind_of_attribute(const std::vector<CellEvent>& events);

/// What the cell holds once it is set; the bindings are those of the cell.
[[nodiscard]] CellValue value_of(const ConcurrencyModel& model, const std::vector<CellTable::Binding>& bindings);

/// Fills in `incomplete` and `duplicate`, from the lazy initializations of the module and the findings about the cell.
void judge_initialization(const RuleContext& context, const CellHistories& histories, CellId id,
                          const std::vector<Finding>& findings, ReviewedCell& cell);

/// `locks` are those of the events.
[[nodiscard]] std::string protection_of(const ConcurrencyModel& model, const LockTable& locks, CellId id,
                                        const ReviewedCell& cell, const std::vector<CellEvent>& events);

/// Why the verdict is what it is; everything else of the cell is filled in. `locks` are those of the events.
[[nodiscard]] std::string reason_for(const ConcurrencyModel& model, const LockTable& locks, const ReviewedCell& cell,
                                     const std::vector<CellEvent>& events, const std::vector<Finding>& findings);

}  // namespace analysis
