// From syntax to intermediate representation.
#pragma once

#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "analysis/semantics/ir.h"
#include "analysis/semantics/parted_class.h"
#include "analysis/syntax/pieces.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// A text and what it was lowered to.
struct LoweredText {
  std::string_view text;
  std::span<const ir::PlacedStatement> statements;
  std::span<const PartedClass> classes = {};
  const Pieces* pieces = nullptr;  // what `pieces_of` makes of the text; null: not known
};

/// What a text is lowered to.
struct Lowered {
  /// The top-level statements of a module in the order of the text, comments with directives between them included (as
  /// statements with no code). Empty only for an empty module or when stopped.
  std::vector<ir::PlacedStatement> statements;
  /// These are the statements of the whole text's tree, or the text has errors. Else only that tree can tell.
  bool is_certain = true;
  /// Of the large classes that differ from those of the previous text, and of those before them. Empty without one.
  std::vector<PartedClass> classes;
  Pieces pieces = {};  // of `lower_pieces`, certain or not: what `pieces_of` makes of the text
};

/// `tree` is that of the text, and has no errors. What `previous` has already is taken over instead of lowered.
[[nodiscard]] Lowered lower(std::string_view text, const SyntaxTree& tree, const LoweredText& previous = {},
                            const std::stop_token& stop = {});

/// The same without a tree: the text is cut into pieces, those that `previous` has are taken over, and the others
/// parsed each on its own, large classes part by part. Whatever is wrong in one does not reach the next. Uncertain, and
/// with nothing done, when more than `most_new` bytes would have to be parsed.
[[nodiscard]] Lowered lower_pieces(std::string_view text, const LoweredText& previous = {},
                                   std::size_t most_new = std::string_view::npos, const std::stop_token& stop = {});

}  // namespace analysis
