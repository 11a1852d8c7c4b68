// Internal to lowering: the statements at the top level of a module, also where the module does not parse.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/syntax/syntax_tree.h"

namespace analysis::lowering {

/// `node` is of a tree whose text begins at byte `shift` of the module.
struct TopLevel {
  Node node;
  std::uint32_t shift = 0;
  bool is_in_piece = false;
  bool is_in_error = false;

  [[nodiscard]] TextRange range() const { return shifted(node.range(), shift); }
};

struct TopLevelStatements {
  std::vector<TopLevel> statements;                       // in the order of the text
  std::vector<std::shared_ptr<const SyntaxTree>> pieces;  // keeps the trees of nodes alive that are not the module's
};

/// The statements of a module and the comments with directives between them.
///
/// One bracket that is not closed makes tree-sitter take all that follows for part of it, while a person sees that the
/// next `def` at the beginning of a line is outside. So what did not parse is cut at such lines, and each piece is
/// parsed on its own: the statements behind a half-typed one stay what they were.
[[nodiscard]] TopLevelStatements find_statements(const SyntaxTree& tree, const std::stop_token& stop);

}  // namespace analysis::lowering
