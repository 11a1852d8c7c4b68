// The repairs that hold a lock: which code has to hold it, and which lock it is.
#pragma once

#include <optional>
#include <vector>

#include "analysis/concurrency/cell.h"
#include "analysis/rules/finding.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

struct RuleContext;

/// For `unlocked-update`, `inconsistent-lock`, `check-then-act` and `guarded-by-violated`: holds the lock that guards
/// the cell elsewhere, or a new one beside the cell, wherever the module changes the cell or walks through it; for the
/// second and the last only where the finding is. Empty for hints, and when the lock is hidden behind functions.
[[nodiscard]] std::vector<Fix> hold_lock(const RuleContext& context, const SyntaxTree& tree, const Finding& finding);

/// Holds that lock wherever the module uses the cell while threads may run. Nothing when it is held everywhere, when
/// nothing changes the cell then, and when the lock is hidden behind functions.
[[nodiscard]] std::optional<Fix> hold_lock_everywhere(const RuleContext& context, const SyntaxTree& tree, CellId cell);

/// For `acquire-without-finally`: a `with` statement.
[[nodiscard]] Fix hold_with(const SyntaxTree& tree, const Finding& finding);

}  // namespace analysis
