// From a finding to its repairs: what to rewrite, in terms of the code, and what to call it.
#pragma once

#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/semantics/ir.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

struct RuleContext;

/// The repairs of a finding, best first, none checked by analysing their result. Those that cannot be made carry the
/// reason. Empty for rules without repair.
[[nodiscard]] std::vector<Fix> repair(const RuleContext& context, const SyntaxTree& tree,
                                      const std::vector<ir::PlacedStatement>& statements, const Finding& finding);

}  // namespace analysis
