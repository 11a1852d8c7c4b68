#include "analysis/rules/cell_uses.h"

#include <algorithm>
#include <array>

#include "analysis/rules/use_kind.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

bool is_comprehension(Kind kind) {
  return kind == Kind::list_comprehension || kind == Kind::set_comprehension ||
         kind == Kind::dictionary_comprehension || kind == Kind::generator_expression;
}

bool is_parameter_list(Kind kind) { return kind == Kind::parameters || kind == Kind::lambda_parameters; }

/// Whether `node` is the name of a parameter, not a default value or an annotation.
bool is_parameter_name(const IndexedTree& tree, Index node) {
  Index below = node;
  for (Index at = tree.parent(node); at != IndexedTree::none; below = at, at = tree.parent(at)) {
    const Kind kind = tree.kind(at);
    if (is_parameter_list(kind)) return true;
    const bool is_default = kind == Kind::default_parameter || kind == Kind::typed_default_parameter;
    if (is_default && !tree.is_field(below, Field::name)) return false;
    const bool is_pattern = kind == Kind::list_splat_pattern || kind == Kind::dictionary_splat_pattern ||
                            kind == Kind::tuple_pattern || kind == Kind::typed_parameter;
    if (!is_default && !is_pattern) return false;
    if (kind == Kind::typed_parameter && tree.kind(below) == Kind::type) return false;
  }
  return false;
}

bool has_parameter(const IndexedTree& tree, Index callable, std::string_view name) {
  const Index parameters = tree.child(callable, Field::parameters);
  if (parameters == IndexedTree::none) return false;
  for (Index at = parameters; at < tree.end(parameters); ++at) {
    if (tree.kind(at) == Kind::identifier && tree.text(at) == name && is_parameter_name(tree, at)) return true;
  }
  return false;
}

bool has_target(const IndexedTree& tree, Index comprehension, std::string_view name) {
  for (const Index clause : tree.children(comprehension)) {
    if (tree.kind(clause) != Kind::for_in_clause) continue;
    const Index left = tree.child(clause, Field::left);
    if (left == IndexedTree::none) continue;
    for (Index at = left; at < tree.end(left); ++at) {
      if (tree.kind(at) == Kind::identifier && tree.text(at) == name) return true;
    }
  }
  return false;
}

/// The first iterable of a comprehension is evaluated outside it.
bool is_first_iterable(const IndexedTree& tree, Index comprehension, Index node) {
  for (const Index clause : tree.children(comprehension)) {
    if (tree.kind(clause) != Kind::for_in_clause) continue;
    const Index right = tree.child(clause, Field::right);
    return right != IndexedTree::none && tree.contains(right, node);
  }
  return false;
}

/// Whether a scope between `node` and `function` gives `name` another meaning.
bool is_shadowed(const IndexedTree& tree, Index function, Index node, std::string_view name) {
  for (Index at = tree.parent(node); at != function && at != IndexedTree::none; at = tree.parent(at)) {
    const Kind kind = tree.kind(at);
    if (is_comprehension(kind)) {
      if (has_target(tree, at, name) && !is_first_iterable(tree, at, node)) return true;
    } else if (kind == Kind::lambda || kind == Kind::function_definition) {
      const Index body = tree.child(at, Field::body);
      const bool is_inside = body != IndexedTree::none && tree.contains(body, node);
      if (is_inside && has_parameter(tree, at, name)) return true;
      if (is_inside && kind == Kind::function_definition && binds_name(tree, at, name)) return true;
    }
  }
  return is_parameter_name(tree, node);
}

std::string without_space(std::string_view text) {
  std::string result(text);
  std::erase_if(result, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\'; });
  return result;
}

/// Whether the identifier is a variable, not the name of an attribute, of an argument or in a declaration.
bool is_variable(const IndexedTree& tree, Index node) {
  const Index parent = tree.parent(node);
  if (parent == IndexedTree::none) return false;
  switch (tree.kind(parent)) {
    case Kind::attribute:
      return !tree.is_field(node, Field::attribute);
    case Kind::keyword_argument:
      return !tree.is_field(node, Field::name);
    case Kind::global_statement:
    case Kind::nonlocal_statement:
    case Kind::keyword_pattern:
      return false;
    case Kind::aliased_import:
      return tree.is_field(node, Field::alias);
    case Kind::dotted_name: {
      // `import a.b` binds `a`; `from m import a` binds `a`; in `import a.b as c` and `from a import b` no `a` is
      // bound.
      const Index outer = tree.parent(parent);
      const Kind kind = outer == IndexedTree::none ? Kind::other : tree.kind(outer);
      const bool is_import =
          (kind == Kind::import_statement || kind == Kind::import_from_statement) && tree.is_field(parent, Field::name);
      return (is_import && node == parent + 1) || kind == Kind::case_pattern;
    }
    default:
      return true;
  }
}

/// The text of an attribute or subscript; with the word `type` that the grammar takes away from `type(self)._x = …`.
TextRange whole_range(const IndexedTree& tree, Index node) {
  Index outermost = node;
  while (tree.kind(tree.parent(outermost)) == Kind::subscript && outermost == tree.parent(outermost) + 1)
    outermost = tree.parent(outermost);
  const Index parent = tree.parent(outermost);
  if (!is_assigned_type(tree, parent)) return tree.range(node);
  return {tree.range(tree.parent(parent)).begin, tree.range(node).end};
}

/// Whether the attribute or subscript at `node` can be spelled like that, judged by its last part.
bool may_be_spelled(const IndexedTree& tree, Index node, std::string_view spelling) {
  if (spelling.ends_with(']')) return tree.kind(node) == Kind::subscript;
  if (tree.kind(node) != Kind::attribute) return false;
  const Index last = tree.child(node, Field::attribute);
  return last != IndexedTree::none && spelling.ends_with(tree.text(last));
}

bool is_compound(std::string_view spelling) { return spelling.find_first_of(".[") != std::string_view::npos; }

bool is_use(const IndexedTree& tree, Index function, Index node, std::string_view spelling) {
  if (!is_compound(spelling)) {
    return tree.kind(node) == Kind::identifier && tree.text(node) == spelling && is_variable(tree, node) &&
           !is_shadowed(tree, function, node, spelling);
  }
  if (!may_be_spelled(tree, node, spelling)) return false;
  if (without_space(tree.source().slice(whole_range(tree, node))) != spelling) return false;
  for (Index at = node; at < tree.end(node); ++at) {
    if (tree.kind(at) != Kind::identifier || !is_variable(tree, at)) continue;
    if (is_shadowed(tree, function, at, tree.text(at))) return false;
  }
  return true;
}

Index outermost_scope(const IndexedTree& tree, Index function, Index node) {
  Index result = IndexedTree::none;
  for (Index at = scope_around(tree, node); at != function && at != IndexedTree::none; at = scope_around(tree, at))
    result = at;
  return result;
}

}  // namespace

Index scope_around(const IndexedTree& tree, Index node) {
  Index at = tree.parent(node);
  while (at != IndexedTree::none && tree.kind(at) != Kind::function_definition && tree.kind(at) != Kind::lambda &&
         tree.kind(at) != Kind::class_definition) {
    at = tree.parent(at);
  }
  return at;
}

bool declares_outer(const IndexedTree& tree, Index function, std::string_view name) {
  for (Index at = function; at < tree.end(function); ++at) {
    const Kind kind = tree.kind(at);
    if (kind != Kind::global_statement && kind != Kind::nonlocal_statement) continue;
    if (scope_around(tree, at) != function) continue;
    for (const Index declared : tree.children(at)) {
      if (tree.text(declared) == name) return true;
    }
  }
  return false;
}

bool binds_name(const IndexedTree& tree, Index function, std::string_view name) {
  if (has_parameter(tree, function, name)) return true;
  const Index body = tree.child(function, Field::body);
  if (body == IndexedTree::none || declares_outer(tree, function, name)) return false;
  for (Index at = body; at < tree.end(body); ++at) {
    if (tree.kind(at) != Kind::identifier || tree.text(at) != name || !is_bound_at(tree, at)) continue;
    const Index parent = tree.parent(at);
    const bool names_scope = tree.is_field(at, Field::name) && (tree.kind(parent) == Kind::function_definition ||
                                                                tree.kind(parent) == Kind::class_definition);
    if (scope_around(tree, names_scope ? parent : at) == function) return true;
  }
  return false;
}

bool is_bound_at(const IndexedTree& tree, Index node) {
  return is_variable(tree, node) && binding_of(tree, node) != Binding::none;
}

std::vector<CellUse> uses_of(const IndexedTree& tree, Index function, std::string_view spelling) {
  const std::string wanted = without_space(spelling);
  std::vector<CellUse> uses;
  for (Index at = function; at < tree.end(function); ++at) {
    if (!is_use(tree, function, at, wanted)) continue;
    CellUse use = use_at(tree, at);
    if (is_compound(wanted)) use.range = whole_range(tree, at);
    use.nested = outermost_scope(tree, function, at);
    if (use.nested != IndexedTree::none && tree.is_field(at, Field::name) && tree.parent(at) == use.nested)
      use.nested = IndexedTree::none;
    uses.push_back(std::move(use));
  }
  return uses;
}

}  // namespace analysis
