#include "analysis/syntax/flat_tree.h"

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
  TSTreeCursor cursor = ts_tree_cursor_new(root.raw());
  // Visits the current node; says whether its children are wanted.
  const auto visit = [&](const Node& node) {
    const Kind kind = node.kind();
    const TextRange range = {node.range().begin - begin, node.range().end - begin};
    if (kind == Kind::comment) {
      flat.comments.push_back(range);
      return false;
    }
    if (kind == Kind::line_continuation) return false;
    const bool is_named = node.is_named();
    if (!levels.empty() && !is_named && !keeps_tokens(levels.back().kind)) return false;
    if (!levels.empty() && levels.back().kind == Kind::string && kind != Kind::interpolation) return false;
    const bool keeps = levels.empty() || levels.back().keeps_children;
    bool in_call_of_type = !levels.empty() && levels.back().in_call_of_type;
    const bool is_missing = node.is_missing();
    auto index = static_cast<NodeIndex>(flat.nodes.size());
    if (keeps) {
      flat.nodes.push_back(
          {.range = range, .kind = is_missing ? Kind::other : kind, .is_named = is_named, .is_missing = is_missing});
      if (!levels.empty()) {
        Level& parent = levels.back();
        (parent.last_child == 0 ? flat.nodes[parent.node].first_child : flat.nodes[parent.last_child].next) = index;
        parent.last_child = index;
      }
    }
    if (is_leaf(kind) || !is_named || is_missing) return false;
    const std::string_view own_text = text.substr(range.begin + begin, range.size());
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

  bool descends = visit(root);
  for (;;) {
    if (descends && ts_tree_cursor_goto_first_child(&cursor)) {
      descends = visit(Node(ts_tree_cursor_current_node(&cursor)));
      continue;
    }
    if (descends) levels.pop_back();
    while (!levels.empty() && !ts_tree_cursor_goto_next_sibling(&cursor)) {
      ts_tree_cursor_goto_parent(&cursor);
      levels.pop_back();
    }
    if (levels.empty()) break;
    descends = visit(Node(ts_tree_cursor_current_node(&cursor)));
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace analysis
