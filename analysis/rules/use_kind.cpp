#include "analysis/rules/use_kind.h"

#include <algorithm>

namespace analysis {
namespace {

using Index = IndexedTree::Index;

// Methods of containers that leave them as they are. What they return are elements, or views of them.
constexpr std::string_view reading_methods[] = {
    "get",          "keys",        "values",     "items",   "iterkeys",     "itervalues", "iteritems",
    "viewkeys",     "viewvalues",  "viewitems",  "has_key", "index",        "count",      "copy",
    "isdisjoint",   "issubset",    "issuperset", "union",   "intersection", "difference", "symmetric_difference",
    "__contains__", "__getitem__", "__iter__",   "__len__"};

// Builtins that only look at their arguments.
constexpr std::string_view looking_builtins[] = {"len",  "bool", "str", "repr", "unicode", "isinstance", "type", "id",
                                                 "hash", "any",  "all", "sum",  "hasattr", "callable",   "print"};

// Builtins whose result holds the elements of their arguments.
constexpr std::string_view copying_builtins[] = {"list",   "tuple",    "dict",      "set",    "frozenset",
                                                 "sorted", "reversed", "enumerate", "zip",    "iter",
                                                 "next",   "min",      "max",       "getattr"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::ranges::find(words, word) != std::end(words);
}

bool is_target_list(Kind kind) {
  return kind == Kind::pattern_list || kind == Kind::tuple_pattern || kind == Kind::list_pattern ||
         kind == Kind::list_splat_pattern || kind == Kind::as_pattern_target;
}

/// The plain names among the targets at `target`; what is not a plain name makes `has_other` true.
void collect_names(const IndexedTree& tree, Index target, std::vector<std::string>& names, bool& has_other) {
  for (Index at = target; at < tree.end(target);) {
    if (is_target_list(tree.kind(at))) {
      ++at;
      continue;
    }
    if (tree.kind(at) == Kind::identifier) {
      names.emplace_back(tree.text(at));
    } else if (tree.kind(at) != Kind::comment) {
      has_other = true;
    }
    at = tree.end(at);
  }
}

/// What follows an occurrence upwards through the expression that holds it.
struct Climb {
  const IndexedTree& tree;
  Index at;
  CellUse use;

  /// One step; true when the kind is decided.
  bool step();
  bool finish(UseKind kind) {
    use.kind = kind;
    return true;
  }
  bool finish_call(Index call);
  bool finish_argument(Index call);
  bool finish_assignment(Index assignment);
  void name(Index targets) {
    bool has_other = false;
    if (targets != IndexedTree::none) collect_names(tree, targets, use.aliases, has_other);
    if (has_other) use.kind = UseKind::escape;
  }
  bool go_to(Index parent, bool is_element) {
    at = parent;
    use.is_element = use.is_element || is_element;
    return false;
  }
};

bool Climb::finish_call(Index call) {
  Index callee = at;
  while (tree.kind(callee) == Kind::parenthesized_expression) callee = callee + 1;
  if (tree.kind(callee) != Kind::attribute || callee == use.node) return finish(UseKind::read);
  const Index method = tree.child(callee, Field::attribute);
  if (method == IndexedTree::none || !is_one_of(tree.text(method), reading_methods)) return finish(UseKind::change);
  return go_to(call, true);
}

bool Climb::finish_argument(Index call) {
  const Index callee = tree.child(call, Field::function);
  const std::string_view name = callee == IndexedTree::none ? std::string_view() : tree.text(callee);
  if (is_one_of(name, looking_builtins)) return finish(UseKind::read);
  if (is_one_of(name, copying_builtins)) return go_to(call, true);
  return finish(UseKind::escape);
}

bool Climb::finish_assignment(Index assignment) {
  // `a = b = X` is nested to the right: all targets on the way up become names of it.
  use.kind = UseKind::read;
  for (Index outer = assignment; outer != IndexedTree::none && tree.kind(outer) == Kind::assignment;
       outer = tree.parent(outer)) {
    name(tree.child(outer, Field::left));
  }
  return true;
}

bool Climb::step() {
  const Index parent = tree.parent(at);
  if (parent == IndexedTree::none) return finish(UseKind::read);
  if (const Binding binding = binding_of(tree, at); binding != Binding::none) return finish(UseKind::change);
  switch (tree.kind(parent)) {
    case Kind::parenthesized_expression:
    case Kind::boolean_operator:
      return go_to(parent, false);
    case Kind::conditional_expression:
      return go_to(parent, false);
    case Kind::expression_list:
    case Kind::tuple:
    case Kind::list:
    case Kind::set:
    case Kind::pair:
    case Kind::dictionary:
      return go_to(parent, false);
    case Kind::subscript:
      if (!tree.is_field(at, Field::value)) return finish(UseKind::read);
      return go_to(parent, true);
    case Kind::attribute:
      return go_to(parent, true);
    case Kind::call:
      return tree.is_field(at, Field::function) ? finish_call(parent) : finish(UseKind::escape);
    case Kind::argument_list:
      return finish_argument(tree.parent(parent));
    case Kind::keyword_argument:
      return go_to(parent, false);
    case Kind::assignment:
      return tree.is_field(at, Field::right) ? finish_assignment(parent) : finish(UseKind::read);
    case Kind::named_expression:
      name(tree.child(parent, Field::name));
      return go_to(parent, false);
    case Kind::for_statement:
      name(tree.child(parent, Field::left));
      return true;
    case Kind::for_in_clause:
      return finish(UseKind::read);
    case Kind::delete_statement:
      return finish(UseKind::change);
    case Kind::as_pattern_target:
      return finish(UseKind::foreign);
    case Kind::yield:
    case Kind::await:
    case Kind::with_item:
    case Kind::as_pattern:
    case Kind::default_parameter:
    case Kind::typed_default_parameter:
    case Kind::match_statement:
      return finish(UseKind::escape);
    case Kind::other:
    case Kind::error:
      return finish(UseKind::escape);
    default:
      return finish(UseKind::read);
  }
}

bool is_deleted(const IndexedTree& tree, Index node) {
  Index parent = tree.parent(node);
  while (parent != IndexedTree::none &&
         (tree.kind(parent) == Kind::expression_list || tree.kind(parent) == Kind::tuple ||
          tree.kind(parent) == Kind::parenthesized_expression)) {
    parent = tree.parent(parent);
  }
  return parent != IndexedTree::none && tree.kind(parent) == Kind::delete_statement;
}

/// The other names in `d = X = {}` and in `X = d`.
void add_names_of_same_value(const IndexedTree& tree, Index target, std::vector<std::string>& names) {
  Index assignment = tree.parent(target);
  while (tree.kind(tree.parent(assignment)) == Kind::assignment) assignment = tree.parent(assignment);
  Index value = assignment;
  while (value != IndexedTree::none && tree.kind(value) == Kind::assignment) {
    const Index left = tree.child(value, Field::left);
    if (left != IndexedTree::none && left != target && tree.kind(left) == Kind::identifier)
      names.emplace_back(tree.text(left));
    value = tree.child(value, Field::right);
  }
  if (value != IndexedTree::none && tree.kind(value) == Kind::identifier) names.emplace_back(tree.text(value));
}

}  // namespace

bool is_assigned_type(const IndexedTree& tree, Index type) {
  return tree.kind(type) == Kind::type && tree.kind(tree.parent(type)) == Kind::type_alias_statement &&
         type == tree.parent(type) + 1;
}

Binding binding_of(const IndexedTree& tree, Index node) {
  Index at = node;
  while (tree.parent(at) != IndexedTree::none && is_target_list(tree.kind(tree.parent(at)))) at = tree.parent(at);
  const Index parent = tree.parent(at);
  if (parent == IndexedTree::none) return Binding::none;
  if (tree.kind(at) == Kind::as_pattern_target) {
    // `with … as X`; an exception's name is unbound when its handler ends.
    const Index holder = tree.parent(parent);
    return tree.kind(holder) == Kind::with_item ? Binding::with_target : Binding::other;
  }
  switch (tree.kind(parent)) {
    case Kind::type:
      return is_assigned_type(tree, parent) ? Binding::assignment : Binding::none;
    case Kind::assignment:
      return tree.is_field(at, Field::left) ? Binding::assignment : Binding::none;
    case Kind::augmented_assignment:
      return tree.is_field(at, Field::left) ? Binding::augmented : Binding::none;
    case Kind::named_expression:
      return tree.is_field(at, Field::name) ? Binding::walrus : Binding::none;
    case Kind::for_statement:
      return tree.is_field(at, Field::left) ? Binding::other : Binding::none;
    case Kind::function_definition:
    case Kind::class_definition:
      return tree.is_field(at, Field::name) ? Binding::other : Binding::none;
    case Kind::aliased_import:
    case Kind::dotted_name:
      return Binding::other;
    case Kind::splat_pattern:
    case Kind::case_pattern:
      return Binding::other;
    case Kind::except_clause: {
      // Python 2: `except E, X`.
      const std::vector<Index> parts = tree.children(parent);
      return parts.size() > 2 && parts[1] == at && tree.kind(parts[0]) != Kind::as_pattern ? Binding::other
                                                                                           : Binding::none;
    }
    default:
      return Binding::none;
  }
}

CellUse use_at(const IndexedTree& tree, Index node) {
  CellUse use;
  use.node = node;
  use.range = tree.range(node);
  switch (binding_of(tree, node)) {
    case Binding::assignment: {
      // An annotation alone, `X: list`, binds nothing.
      const Index parent = tree.parent(node);
      const bool has_value =
          tree.kind(parent) != Kind::assignment || tree.child(parent, Field::right) != IndexedTree::none;
      use.kind = has_value ? UseKind::bind : UseKind::read;
      if (has_value && tree.kind(parent) == Kind::assignment) add_names_of_same_value(tree, node, use.aliases);
      return use;
    }
    case Binding::walrus:
    case Binding::with_target:
      use.kind = UseKind::bind;
      return use;
    case Binding::augmented:
      use.kind = UseKind::augment;
      return use;
    case Binding::other:
      use.kind = UseKind::foreign;
      return use;
    case Binding::none:
      break;
  }
  if (is_deleted(tree, node)) {
    use.kind = UseKind::foreign;
    return use;
  }
  Climb climb{tree, node, std::move(use)};
  while (!climb.step()) {
  }
  return std::move(climb.use);
}

}  // namespace analysis
