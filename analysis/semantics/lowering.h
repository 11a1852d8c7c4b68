// From syntax to intermediate representation.
#pragma once

#include <stop_token>
#include <vector>

#include "analysis/semantics/ir.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// The top-level statements of a module in the order of the text, comments with directives between them included (as
/// statements with no code). A statement of `previous` whose key is the same is taken over instead of lowered, unless
/// it has errors itself. Text that does not parse gives what can be said about its healthy parts, definitions behind a
/// bracket that is not closed among them. Empty only for an empty module or when stopped.
[[nodiscard]] std::vector<ir::PlacedStatement> lower(const SyntaxTree& tree,
                                                     const std::vector<ir::PlacedStatement>& previous = {},
                                                     const std::stop_token& stop = {});

}  // namespace analysis
