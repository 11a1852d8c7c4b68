// Loops that take as many turns as a container had elements.
#pragma once

#include "analysis/rules/rule_context.h"

namespace analysis {

/// What counted the turns of a `for` loop of the function whose body it is: `range(len(X))`, or `range(n)` after
/// `n = len(X)`. Null if it was something else than the length of the cell's container.
[[nodiscard]] const Access* find_count_of_turns(const RuleContext& context, const Trace& body, CellId cell,
                                                const ir::Op& loop);

}  // namespace analysis
