// A cheap view of one node of a syntax tree: kind, range, children. Valid as long as its tree.
#pragma once

#include <cstdint>

#include "analysis/syntax/python_grammar.h"
#include "analysis/text/text_range.h"

namespace analysis {

/// May be null (`!node`): asking for a child or field that is not there gives a null node, whose answers are all empty.
class Node {
 public:
  Node() : node_{} {}
  explicit Node(TSNode node) : node_(node) {}

  explicit operator bool() const { return node_.id != nullptr; }
  friend bool operator==(const Node& a, const Node& b) { return a.node_.id == b.node_.id; }

  [[nodiscard]] Kind kind() const { return *this ? kind_of(ts_node_symbol(node_)) : Kind::other; }
  /// Words and punctuation that the grammar does not name, such as `if` and `(`, are not named.
  [[nodiscard]] bool is_named() const { return *this && ts_node_is_named(node_); }
  /// Inserted by error recovery; has no text.
  [[nodiscard]] bool is_missing() const { return *this && ts_node_is_missing(node_); }
  /// Whether the node or something in it did not parse.
  [[nodiscard]] bool has_error() const { return *this && ts_node_has_error(node_); }
  /// The grammar's own word for the kind, for display.
  [[nodiscard]] const char* type() const { return *this ? ts_node_type(node_) : ""; }
  [[nodiscard]] TextRange range() const {
    return *this ? TextRange{ts_node_start_byte(node_), ts_node_end_byte(node_)} : TextRange{};
  }

  [[nodiscard]] std::uint32_t child_count() const { return *this ? ts_node_child_count(node_) : 0; }
  [[nodiscard]] Node child(std::uint32_t index) const { return *this ? Node(ts_node_child(node_, index)) : Node(); }
  [[nodiscard]] std::uint32_t named_child_count() const { return *this ? ts_node_named_child_count(node_) : 0; }
  [[nodiscard]] Node named_child(std::uint32_t index) const {
    return *this ? Node(ts_node_named_child(node_, index)) : Node();
  }
  /// The first child with that field name.
  [[nodiscard]] Node field(Field field) const {
    return *this ? Node(ts_node_child_by_field_id(node_, id_of(field))) : Node();
  }
  /// Walks down from the root: do not call it in a loop.
  [[nodiscard]] Node parent() const { return *this ? Node(ts_node_parent(node_)) : Node(); }
  /// The smallest named node that holds all of `range`.
  [[nodiscard]] Node smallest_named_at(TextRange range) const {
    return *this ? Node(ts_node_named_descendant_for_byte_range(node_, range.begin, range.end)) : Node();
  }

  [[nodiscard]] TSNode raw() const { return node_; }

 private:
  TSNode node_;
};

}  // namespace analysis
