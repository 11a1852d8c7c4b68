// Internal to lowering: the statements at the top level of a tree.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/syntax/syntax_tree.h"

namespace analysis::lowering {

/// `node` is of a tree whose text begins at byte `shift` of the module.
struct TopLevel {
  Node node;
  std::uint32_t shift = 0;
  bool is_in_broken_tree = false;  // the tree has errors, though maybe not this statement
  bool is_in_error = false;        // what surrounds the statement did not parse

  [[nodiscard]] TextRange range() const { return shifted(node.range(), shift); }
};

/// The statements and the comments with directives between them, in the order of the text; those inside of what did not
/// parse included.
void add_statements(const SyntaxTree& tree, std::uint32_t shift, std::vector<TopLevel>& statements);

}  // namespace analysis::lowering
