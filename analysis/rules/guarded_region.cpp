#include "analysis/rules/guarded_region.h"

namespace analysis {

std::optional<TextRange> region_of(const SyntaxTree& tree, const Guard& guard) {
  const auto is_block = [](const Node& node) { return node.kind() == Kind::block || node.kind() == Kind::module; };
  if (!guard.is_rest_of_block) {
    const Node node = tree.root().smallest_named_at(guard.block);
    Node at = node;
    while (at && !is_block(at) && at.range() == guard.block) at = at.parent();
    // A block of one statement has the statement's range.
    for (Node up = node; up && up.range() == guard.block; up = up.parent()) {
      if (is_block(up)) return guard.block;
    }
    return is_block(node) && node.range() == guard.block ? std::optional(guard.block) : std::nullopt;
  }
  Node at = tree.root().smallest_named_at(guard.test);
  while (at && at.kind() != Kind::if_statement && at.kind() != Kind::try_statement &&
         at.kind() != Kind::while_statement)
    at = at.parent();
  if (!at || !is_block(at.parent())) return {};
  const std::uint32_t end = at.parent().range().end;
  const Node block = at.parent();
  for (std::uint32_t i = 0; i + 1 < block.child_count(); ++i) {
    if (block.child(i) == at) return TextRange{block.child(i + 1).range().begin, end};
  }
  return {};
}

TextRange locked_block(const SyntaxTree& tree, TextRange write) {
  for (Node at = tree.root().smallest_named_at(write); at; at = at.parent()) {
    if (at.kind() == Kind::with_statement) return at.field(Field::body).range();
  }
  return {};
}

}  // namespace analysis
