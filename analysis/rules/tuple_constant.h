// Rewrites a list of constants as a tuple.
#pragma once

#include "analysis/rules/rule_context.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// The repair of a finding of `constant-should-be-immutable`.
[[nodiscard]] Fix make_tuple_constant(const RuleContext& context, const SyntaxTree& tree, const Finding& finding);

}  // namespace analysis
