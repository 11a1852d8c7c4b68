// From syntax to intermediate representation.
#pragma once

#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "analysis/semantics/ir.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// A text and what it was lowered to.
struct LoweredText {
  std::string_view text;
  std::span<const ir::PlacedStatement> statements;
};

/// The top-level statements of a module in the order of the text, comments with directives between them included (as
/// statements with no code). `tree` is that of the text, null if the text has errors: then it is cut into pieces, each
/// of which is parsed on its own, and gives what can be said about its healthy parts. What `previous` has already is
/// taken over instead of lowered. Empty only for an empty module or when stopped.
[[nodiscard]] std::vector<ir::PlacedStatement> lower(std::string_view text, const SyntaxTree* tree,
                                                     const LoweredText& previous = {},
                                                     const std::stop_token& stop = {});

}  // namespace analysis
