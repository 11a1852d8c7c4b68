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
/// statements with no code). `tree` is that of the text, and has no errors. What `previous` has already is taken over
/// instead of lowered. Empty only for an empty module or when stopped.
[[nodiscard]] std::vector<ir::PlacedStatement> lower(std::string_view text, const SyntaxTree& tree,
                                                     const LoweredText& previous = {},
                                                     const std::stop_token& stop = {});

/// The same without a tree: the text is cut into pieces, those that `previous` has are taken over, and the others
/// parsed each on its own. Whatever is wrong in one does not reach the next.
struct LoweredPieces {
  std::vector<ir::PlacedStatement> statements;
  /// These are the statements of the whole text's tree, or the text has errors. Else only that tree can tell.
  bool is_certain = true;
};
/// Uncertain, and with nothing done, when more than `most_new` bytes would have to be parsed.
[[nodiscard]] LoweredPieces lower_pieces(std::string_view text, const LoweredText& previous = {},
                                         std::size_t most_new = std::string_view::npos,
                                         const std::stop_token& stop = {});

}  // namespace analysis
