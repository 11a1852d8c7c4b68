// A syntax tree as one vector in reading order: parents, earlier siblings and whole subtrees are found by index,
// without recursion and without walking down from the root again.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// The named nodes of a tree in pre-order; index 0 is the module. Holds borrowed nodes: keep the tree alive.
class IndexedTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index none = std::numeric_limits<Index>::max();

  explicit IndexedTree(const SyntaxTree& tree);

  [[nodiscard]] Index size() const { return static_cast<Index>(entries_.size()); }
  [[nodiscard]] Kind kind(Index index) const { return entries_[index].kind; }
  [[nodiscard]] Node node(Index index) const { return entries_[index].node; }
  [[nodiscard]] TextRange range(Index index) const { return entries_[index].node.range(); }
  [[nodiscard]] std::string_view text(Index index) const;
  /// `none` for the module.
  [[nodiscard]] Index parent(Index index) const { return entries_[index].parent; }
  /// One past the last node below `index`: `[index, end(index))` is the subtree.
  [[nodiscard]] Index end(Index index) const { return entries_[index].end; }
  [[nodiscard]] bool contains(Index outer, Index inner) const { return outer <= inner && inner < end(outer); }
  /// Whether `index` is its parent's child of that field.
  [[nodiscard]] bool is_field(Index index, Field field) const { return entries_[index].field == id_of(field); }
  /// The first child of that field, or `none`.
  [[nodiscard]] Index child(Index index, Field field) const;
  /// The children in order, without comments and line continuations.
  [[nodiscard]] std::vector<Index> children(Index index) const;
  /// The outermost node of that kind with exactly this range, or `none`.
  [[nodiscard]] Index find(TextRange range, Kind kind) const;
  /// The closest node around `index`, itself excluded, of that kind, or `none`.
  [[nodiscard]] Index enclosing(Index index, Kind kind) const;
  [[nodiscard]] const SourceText& source() const { return *source_; }

 private:
  struct Entry {
    Node node;
    Kind kind;
    TSFieldId field;
    Index parent;
    Index end;
  };
  const SourceText* source_;
  std::vector<Entry> entries_;
};

}  // namespace analysis
