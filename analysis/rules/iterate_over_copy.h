// Lets a loop walk through a copy of a shared container.
#pragma once

#include "analysis/rules/rule_context.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// The repair of a finding of `iterate-shared-container`. It needs review where the loop, or what it calls, changes the
/// container itself: the copy does not show that.
[[nodiscard]] Fix iterate_over_copy(const RuleContext& context, const SyntaxTree& tree, const Finding& finding);

}  // namespace analysis
