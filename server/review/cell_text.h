// One shared cell in words, for the person in an editor.
#pragma once

#include <string>

#include "analysis/review/inventory.h"
#include "analysis/text/source_text.h"
#include "server/review/review.h"

namespace server {

/// A cell of an inventory. Points into it.
struct CellInGroup {
  CellGroup group = CellGroup::global;
  const analysis::ReviewedCell* cell = nullptr;
};

/// All cells, group by group, each by place.
[[nodiscard]] std::vector<CellInGroup> cells_of(const analysis::Inventory& inventory);

/// What the review says of the cell, as Markdown: kind, verdict and reason, who writes and reads it, and what guards
/// it. `text` is that of the module.
[[nodiscard]] std::string describe(const CellInGroup& cell, const analysis::Inventory& inventory,
                                   const analysis::SourceText& text);

/// "kind 3 · written by 2 functions · guarded by `_lock` in 3 of 4 places".
[[nodiscard]] std::string describe_briefly(const CellInGroup& cell, const analysis::Inventory& inventory);

}  // namespace server
