// A copy of one subtree without what lowering never asks for: an array in preorder, on which walking costs nothing.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/syntax/node.h"

namespace analysis {

/// Index into `FlatTree::nodes`. 0 is the null node: no kind, no text, no children. The subtree's root is 1.
using NodeIndex = std::uint32_t;
inline constexpr NodeIndex flat_root = 1;

struct FlatNode {
  TextRange range;
  NodeIndex first_child = 0;
  NodeIndex next = 0;  // sibling
  Kind kind = Kind::other;
  bool is_named = false;    // operators and the words `yield` and `from` are not
  bool is_missing = false;  // a placeholder made by error recovery: no text, no children
};

/// Ranges count from the first byte of the subtree's root.
///
/// Left out: punctuation and keywords except operators and those of `yield from`; comments, which have a list of
/// their own; what is inside types, dotted names and strings, except the interpolations of strings.
struct FlatTree {
  std::vector<FlatNode> nodes;
  std::vector<TextRange> comments;

  [[nodiscard]] const FlatNode& operator[](NodeIndex node) const { return nodes[node]; }
};

/// The children of a node, all kinds, in order. Takes time proportional to their number, unlike asking for one by one.
[[nodiscard]] std::vector<Node> children_of(const Node& node);

/// Replaces what `flat` holds; its memory is used again. `text` is the text of the whole tree.
void flatten(const Node& root, std::string_view text, FlatTree& flat);

}  // namespace analysis
