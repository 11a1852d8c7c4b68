#include "analysis/rules/region_flow.h"

#include <algorithm>

namespace analysis {
namespace {

using Index = IndexedTree::Index;

bool is_loop(Kind kind) { return kind == Kind::for_statement || kind == Kind::while_statement; }

bool leaves(Kind kind) {
  return kind == Kind::return_statement || kind == Kind::raise_statement || kind == Kind::break_statement ||
         kind == Kind::continue_statement;
}

/// The block of a clause or of a compound statement without a field for it.
Index block_of(const IndexedTree& tree, Index node) {
  for (const Index child : tree.children(node)) {
    if (tree.kind(child) == Kind::block) return child;
  }
  return IndexedTree::none;
}

/// A display without elements, or a constant: nothing can be raised on the way to the assignment.
bool is_certain_value(const IndexedTree& tree, Index value) {
  if (value == IndexedTree::none) return false;
  switch (tree.kind(value)) {
    case Kind::list:
    case Kind::dictionary:
    case Kind::tuple:
      return tree.end(value) == value + 1;
    case Kind::none:
    case Kind::true_:
    case Kind::false_:
    case Kind::integer:
      return true;
    case Kind::call: {
      const std::string_view text = tree.text(value);
      return text == "set()" || text == "dict()" || text == "list()";
    }
    default:
      return false;
  }
}

/// The loop that a `break` or `continue` belongs to, or `none`.
Index loop_of(const IndexedTree& tree, Index node) {
  Index below = node;
  for (Index at = tree.parent(node); at != IndexedTree::none; below = at, at = tree.parent(at)) {
    if (tree.kind(at) == Kind::function_definition || tree.kind(at) == Kind::class_definition) return IndexedTree::none;
    if (is_loop(tree.kind(at)) && tree.kind(below) != Kind::else_clause) return at;
  }
  return IndexedTree::none;
}

bool is_endless(const IndexedTree& tree, Index loop) {
  const Index condition = tree.child(loop, Field::condition);
  if (tree.kind(loop) != Kind::while_statement || condition == IndexedTree::none) return false;
  if (tree.kind(condition) != Kind::true_ && tree.text(condition) != "1") return false;
  for (Index at = loop; at < tree.end(loop); ++at) {
    if (tree.kind(at) == Kind::break_statement && loop_of(tree, at) == loop) return false;
  }
  return true;
}

/// Whether both nodes lie in different branches of one `if` or `match`, so that one run sees only one of them.
bool are_exclusive(const IndexedTree& tree, Index left, Index right) {
  Index below = left;
  Index at = tree.parent(left);
  while (at != IndexedTree::none && !tree.contains(at, right)) {
    below = at;
    at = tree.parent(at);
  }
  if (at == IndexedTree::none) return false;
  if (tree.kind(at) == Kind::if_statement) return !tree.is_field(below, Field::condition);
  return tree.kind(at) == Kind::block && tree.kind(below) == Kind::case_clause;
}

}  // namespace

bool is_statement(const IndexedTree& tree, Index node) {
  const Index parent = tree.parent(node);
  if (parent == IndexedTree::none || tree.kind(node) == Kind::comment) return false;
  return tree.kind(parent) == Kind::block || tree.kind(parent) == Kind::module;
}

Index statement_around(const IndexedTree& tree, Index node) {
  while (node != IndexedTree::none && !is_statement(tree, node)) node = tree.parent(node);
  return node;
}

std::vector<Index> exits_of(const IndexedTree& tree, const std::vector<Index>& statements) {
  std::vector<Index> exits;
  for (const Index statement : statements) {
    const Index scope = scope_around(tree, statement);
    for (Index at = statement; at < tree.end(statement); ++at) {
      const Kind kind = tree.kind(at);
      if (kind != Kind::return_statement && kind != Kind::break_statement && kind != Kind::continue_statement) continue;
      if (scope_around(tree, at) != scope) continue;
      const Index loop = kind == Kind::return_statement ? IndexedTree::none : loop_of(tree, at);
      if (loop == IndexedTree::none || !tree.contains(statement, loop)) exits.push_back(at);
    }
  }
  return exits;
}

BindingFlow::BindingFlow(const IndexedTree& tree, Index function, const std::vector<CellUse>& uses)
    : tree_(tree), function_(function), facts_(tree.end(function) - function) {
  for (const CellUse& use : uses) {
    if (use.kind == UseKind::bind && use.nested == IndexedTree::none) mark_bind(use.node);
  }
  // Children come after their parents, so that going backwards sees them first.
  for (Index at = tree.end(function); at-- > function;) conclude(at);
}

void BindingFlow::mark_bind(Index node) {
  binds_.push_back(node);
  const Index statement = statement_around(tree_, node);
  if (statement == IndexedTree::none) return;
  for (Index at = tree_.parent(node); at != statement; at = tree_.parent(at)) {
    // Evaluated perhaps, or several times.
    const Kind kind = tree_.kind(at);
    if (kind == Kind::boolean_operator || kind == Kind::conditional_expression || kind == Kind::list_comprehension ||
        kind == Kind::generator_expression || kind == Kind::set_comprehension ||
        kind == Kind::dictionary_comprehension) {
      return;
    }
  }
  facts(statement).header_binds = true;
}

void BindingFlow::conclude(Index node) {
  Facts& own = facts(node);
  own.binds = own.header_binds;
  const Kind kind = tree_.kind(node);
  if (leaves(kind)) {
    own.completes = false;
    own.binds = true;  // nothing comes after it
  } else if (kind == Kind::block) {
    const std::vector<Index> children = tree_.children(node);
    for (const Index child : children) {
      own.completes = own.completes && facts(child).completes;
      own.binds = own.binds || facts(child).binds;
    }
    const Index first = children.empty() ? IndexedTree::none : children.front();
    if (first != IndexedTree::none && facts(first).header_binds && tree_.kind(first) == Kind::expression_statement) {
      Index value = first + 1;
      while (value != IndexedTree::none && tree_.kind(value) == Kind::assignment)
        value = tree_.child(value, Field::right);
      own.binds_first = is_certain_value(tree_, value);
    }
  } else if (kind == Kind::with_statement || kind == Kind::elif_clause || kind == Kind::else_clause ||
             kind == Kind::except_clause || kind == Kind::finally_clause) {
    if (const Index block = block_of(tree_, node); block != IndexedTree::none) {
      own.completes = facts(block).completes;
      own.binds = own.binds || facts(block).binds;
    }
  } else if (kind == Kind::if_statement) {
    bool all_bind = true;
    bool any_completes = false;
    bool has_else = false;
    for (const Index child : tree_.children(node)) {
      if (tree_.is_field(child, Field::condition)) continue;
      all_bind = all_bind && facts(child).binds;
      any_completes = any_completes || facts(child).completes;
      has_else = has_else || tree_.kind(child) == Kind::else_clause;
    }
    own.completes = !has_else || any_completes;
    own.binds = own.binds || (has_else && all_bind);
  } else if (kind == Kind::try_statement) {
    conclude_try(node);
  } else if (is_endless(tree_, node)) {
    own.completes = false;
    own.binds = true;
  }
}

void BindingFlow::conclude_try(Index node) {
  Facts& own = facts(node);
  Facts main;
  bool handlers_bind = true;
  bool a_handler_completes = false;
  bool binds_first = false;
  Facts last;
  for (const Index child : tree_.children(node)) {
    const Facts& part = facts(child);
    switch (tree_.kind(child)) {
      case Kind::block:
        main = part;
        binds_first = part.binds_first;
        break;
      case Kind::else_clause:
        main.completes = main.completes && part.completes;
        main.binds = main.binds || part.binds;
        break;
      case Kind::finally_clause:
        last = part;
        break;
      default:
        handlers_bind = handlers_bind && (binds_first || part.binds);
        a_handler_completes = a_handler_completes || part.completes;
    }
  }
  own.completes = last.completes && (main.completes || a_handler_completes);
  own.binds = last.binds || (main.binds && handlers_bind);
}

Bound BindingFlow::bound_at(Index node, const std::vector<Index>& statements) const {
  Index below = node;
  for (Index at = node; at != IndexedTree::none; below = at, at = tree_.parent(at)) {
    const Kind kind = tree_.kind(at);
    if (kind == Kind::with_statement && below != at && facts(at).header_binds && tree_.kind(below) == Kind::block)
      return Bound::always;
    if (kind == Kind::try_statement && below != at && tree_.kind(below) != Kind::block) {
      const Index body = block_of(tree_, at);
      if (body != IndexedTree::none && facts(body).binds_first) return Bound::always;
      if (body != IndexedTree::none && tree_.kind(below) == Kind::else_clause && facts(body).binds)
        return Bound::always;
    }
    if (!is_statement(tree_, at)) continue;
    const bool is_outermost = std::ranges::find(statements, at) != statements.end();
    const std::vector<Index> neighbours = is_outermost ? statements : tree_.children(tree_.parent(at));
    for (const Index earlier : neighbours) {
      if (earlier >= at) break;
      if (facts(earlier).binds) return Bound::always;
    }
    if (is_outermost) break;
  }

  for (const Index bind : binds_) {
    const bool is_inside = std::ranges::any_of(statements, [&](Index s) { return tree_.contains(s, bind); });
    if (!is_inside) continue;
    // The right side of an assignment is evaluated before its targets get their value.
    const bool is_same_statement = statement_around(tree_, bind) == statement_around(tree_, node);
    if (bind < node && !is_same_statement && !are_exclusive(tree_, bind, node)) return Bound::maybe;
    for (Index at = tree_.parent(node); at != IndexedTree::none && at != function_; at = tree_.parent(at)) {
      const bool is_inner = std::ranges::any_of(statements, [&](Index s) { return tree_.contains(s, at); });
      if (is_inner && is_loop(tree_.kind(at)) && tree_.contains(at, bind)) return Bound::maybe;
    }
  }
  return Bound::never;
}

}  // namespace analysis
