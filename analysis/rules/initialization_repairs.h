// The repairs of the rules about initialization: what to rewrite is told from the initialization that was found.
#pragma once

#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

struct RuleContext;

/// Builds under a local name and assigns once. Like the others here: empty when the context has no initialization that
/// the finding speaks of.
[[nodiscard]] std::vector<Fix> repair_early_publication(const RuleContext& context, const SyntaxTree& tree,
                                                        const Finding& finding);

/// Sets the flag behind the work.
[[nodiscard]] std::vector<Fix> repair_early_flag(const RuleContext& context, const SyntaxTree& tree,
                                                 const Finding& finding);

/// Tests again under the lock.
[[nodiscard]] std::vector<Fix> repair_missing_test(const RuleContext& context, const SyntaxTree& tree,
                                                   const Finding& finding);

}  // namespace analysis
