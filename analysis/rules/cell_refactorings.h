// Changes around a shared cell that a programmer may want without any finding.
#pragma once

#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

struct RuleContext;

/// For each cell whose name touches `range`: a lock for all its uses, or, where one of `findings`, those of the module,
/// asks for it, a value for each thread. Nothing for ranges of several lines. None is checked by analysing its result;
/// those that cannot be made carry the reason.
[[nodiscard]] std::vector<Refactoring> refactor_cells(const RuleContext& context, const SyntaxTree& tree,
                                                      const std::vector<Finding>& findings, TextRange range);

}  // namespace analysis
