// Walks the parser's own subtrees: its cursor, which keeps rows, columns and counts that are not needed here, takes
// four times as many instructions. The parser is pinned, and a test compares with the cursor.
#include "analysis/syntax/flat_tree.h"

extern "C" {
#include <language.h>
#include <subtree.h>
}

namespace analysis {
namespace {

bool is_leaf(Kind kind) {
  switch (kind) {
    case Kind::identifier:
    case Kind::integer:
    case Kind::float_:
    case Kind::true_:
    case Kind::false_:
    case Kind::none:
    case Kind::ellipsis:
    case Kind::dotted_name:
    case Kind::string_content:
    case Kind::pass_statement:
    case Kind::break_statement:
    case Kind::continue_statement:
      return true;
    default:
      return false;
  }
}

bool keeps_tokens(Kind parent) {
  return parent == Kind::comparison_operator || parent == Kind::boolean_operator || parent == Kind::unary_operator ||
         parent == Kind::yield;
}

bool is_type(Kind kind) { return kind == Kind::type || kind == Kind::type_parameter; }

/// Whether the string's prefix allows interpolations: f-strings and t-strings.
bool is_template(std::string_view string) {
  const std::string_view prefix = string.substr(0, string.find_first_of("'\"`"));
  return prefix.find_first_of("fFtT") != std::string_view::npos;
}

/// `type(x).a = v`, which the grammar takes for the alias statement `type …`: an alias never begins with a parenthesis.
bool is_call_of_type(std::string_view statement) {
  constexpr std::string_view word = "type";
  if (!statement.starts_with(word)) return false;
  const std::size_t next = statement.find_first_not_of(" \t", word.size());
  return next != std::string_view::npos && statement[next] == '(';
}

/// What is asked of a node.
struct Seen {
  Kind kind;
  TextRange range;
  bool is_named;
  bool is_missing;
};

/// Children of one subtree that are still to be seen. A hidden one is no node: its children are those of its parent.
struct Siblings {
  const Subtree* next;
  const Subtree* end;
  const TSSymbol* alias;  // of `next`; null if none has one
  std::uint32_t offset;   // in bytes; of `next`: its begin if it is the first, else that of what is skipped before it
  bool is_first;
  bool is_hidden;
};

Siblings children_in(const Subtree& parent, std::uint32_t begin, bool is_hidden) {
  const std::uint32_t count = ts_subtree_child_count(parent);
  if (count == 0) return {nullptr, nullptr, nullptr, begin, true, is_hidden};
  const Subtree* const children = ts_subtree_children(parent);
  const TSSymbol* const aliases = ts_language_alias_sequence(python_language(), parent.ptr->production_id);
  return {children, children + count, aliases, begin, true, is_hidden};
}

/// Takes the next one.
Seen step(Siblings& siblings, bool& is_visible) {
  const Subtree subtree = *siblings.next++;
  // The parent begins where its first child does.
  const std::uint32_t begin = siblings.offset + (siblings.is_first ? 0 : ts_subtree_padding(subtree).bytes);
  siblings.is_first = false;
  siblings.offset = begin + ts_subtree_size(subtree).bytes;
  TSSymbol alias = 0;
  if (!ts_subtree_extra(subtree) && siblings.alias != nullptr) alias = *siblings.alias++;
  is_visible = alias != 0 || ts_subtree_visible(subtree);
  const TSSymbol symbol = alias != 0 ? alias : ts_subtree_symbol(subtree);
  const bool is_named =
      alias != 0 ? ts_language_symbol_metadata(python_language(), alias).named : ts_subtree_named(subtree);
  return {is_visible ? kind_of(ts_language_public_symbol(python_language(), symbol)) : Kind::other,
          {begin, siblings.offset},
          is_named,
          ts_subtree_missing(subtree)};
}

struct Level {
  Kind kind;
  bool keeps_children;   // false inside types: only comments are collected
  bool in_call_of_type;  // `type` nodes here are expressions
  NodeIndex node;
  NodeIndex last_child;
};

}  // namespace

std::vector<Node> children_of(const Node& node) {
  std::vector<Node> children;
  children.reserve(node.child_count());
  TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    children.emplace_back(ts_tree_cursor_current_node(&cursor));
  }
  ts_tree_cursor_delete(&cursor);
  return children;
}

void flatten(const Node& root, std::string_view text, FlatTree& flat) {
  flat.nodes.assign(1, {});
  flat.comments.clear();
  const std::uint32_t begin = root.range().begin;
  std::vector<Level> levels;
  // Visits a node; says whether its children are wanted.
  const auto visit = [&](const Seen& seen) {
    const Kind kind = seen.kind;
    const TextRange range = {seen.range.begin - begin, seen.range.end - begin};
    if (kind == Kind::comment) {
      flat.comments.push_back(range);
      return false;
    }
    if (kind == Kind::line_continuation) return false;
    if (!levels.empty() && !seen.is_named && !keeps_tokens(levels.back().kind)) return false;
    if (!levels.empty() && levels.back().kind == Kind::string && kind != Kind::interpolation) return false;
    const bool keeps = levels.empty() || levels.back().keeps_children;
    bool in_call_of_type = !levels.empty() && levels.back().in_call_of_type;
    auto index = static_cast<NodeIndex>(flat.nodes.size());
    if (keeps) {
      flat.nodes.push_back({.range = range,
                            .kind = seen.is_missing ? Kind::other : kind,
                            .is_named = seen.is_named,
                            .is_missing = seen.is_missing});
      if (!levels.empty()) {
        Level& parent = levels.back();
        (parent.last_child == 0 ? flat.nodes[parent.node].first_child : flat.nodes[parent.last_child].next) = index;
        parent.last_child = index;
      }
    }
    if (is_leaf(kind) || !seen.is_named || seen.is_missing) return false;
    const std::string_view own_text = text.substr(seen.range.begin, range.size());
    if (kind == Kind::string && !is_template(own_text)) return false;
    const bool is_annotation = is_type(kind) && !in_call_of_type;
    if (is_annotation && own_text.find('#') == std::string_view::npos) return false;
    in_call_of_type = in_call_of_type || (kind == Kind::type_alias_statement && is_call_of_type(own_text));
    levels.push_back({.kind = kind,
                      .keeps_children = keeps && !is_annotation,
                      .in_call_of_type = in_call_of_type,
                      .node = index,
                      .last_child = 0});
    return true;
  };

  std::vector<Siblings> open;
  const Seen first{root.kind(), root.range(), root.is_named(), root.is_missing()};
  if (visit(first))
    open.push_back(children_in(*static_cast<const Subtree*>(root.raw().id), begin, /*is_hidden=*/false));
  while (!open.empty()) {
    Siblings& siblings = open.back();
    if (siblings.next == siblings.end) {
      if (!siblings.is_hidden) levels.pop_back();
      open.pop_back();
      continue;
    }
    bool is_visible = false;
    const Subtree subtree = *siblings.next;
    const Seen seen = step(siblings, is_visible);
    if (is_visible ? visit(seen) : 0 < ts_subtree_visible_child_count(subtree)) {
      open.push_back(children_in(subtree, seen.range.begin, !is_visible));  // `siblings` is gone
    }
  }
}

}  // namespace analysis
