#include "analysis/syntax/indexed_tree.h"

#include <algorithm>

namespace analysis {

IndexedTree::IndexedTree(const SyntaxTree& tree) : source_(&tree.text()) {
  std::vector<Index> open;  // the entries around the cursor; an unnamed node repeats its parent's
  TSTreeCursor cursor = ts_tree_cursor_new(tree.root().raw());
  bool is_done = false;
  while (!is_done) {
    const Node node(ts_tree_cursor_current_node(&cursor));
    const Index parent = open.empty() ? none : open.back();
    if (node.is_named()) {
      open.push_back(size());
      entries_.push_back({node, node.kind(), ts_tree_cursor_current_field_id(&cursor), parent, size() + 1});
    } else {
      open.push_back(parent);
    }
    if (ts_tree_cursor_goto_first_child(&cursor)) continue;
    while (true) {
      if (open.back() != none) entries_[open.back()].end = size();
      open.pop_back();
      if (ts_tree_cursor_goto_next_sibling(&cursor)) break;
      if (!ts_tree_cursor_goto_parent(&cursor)) {
        is_done = true;
        break;
      }
    }
  }
  ts_tree_cursor_delete(&cursor);
}

std::string_view IndexedTree::text(Index index) const { return source_->slice(range(index)); }

IndexedTree::Index IndexedTree::child(Index index, Field field) const {
  for (Index at = index + 1; at < end(index); at = end(at)) {
    if (is_field(at, field)) return at;
  }
  return none;
}

std::vector<IndexedTree::Index> IndexedTree::children(Index index) const {
  std::vector<Index> result;
  for (Index at = index + 1; at < end(index); at = end(at)) {
    if (kind(at) != Kind::comment && kind(at) != Kind::line_continuation) result.push_back(at);
  }
  return result;
}

IndexedTree::Index IndexedTree::find(TextRange wanted, Kind kind) const {
  // Begins never decrease in reading order.
  const auto from =
      std::ranges::lower_bound(entries_, wanted.begin, {}, [](const Entry& e) { return e.node.range().begin; });
  for (auto entry = from; entry != entries_.end() && entry->node.range().begin == wanted.begin; ++entry) {
    if (entry->kind == kind && entry->node.range() == wanted) return static_cast<Index>(entry - entries_.begin());
  }
  return none;
}

IndexedTree::Index IndexedTree::enclosing(Index index, Kind wanted) const {
  Index at = parent(index);
  while (at != none && kind(at) != wanted) at = parent(at);
  return at;
}

}  // namespace analysis
