#include "analysis/rules/build_then_assign_plan.h"

#include <algorithm>
#include <cassert>

#include "analysis/rules/function_body.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"

namespace analysis::build {
namespace {

/// The outermost statements that lie in `region`; docstring and leading `global` are left out.
std::vector<Index> statements_in(const IndexedTree& tree, Index function, TextRange region) {
  std::vector<Index> statements;
  for (Index at = function + 1; at < tree.end(function);) {
    const bool is_wanted = is_statement(tree, at) && region.contains(tree.range(at));
    if (is_wanted) statements.push_back(at);
    at = is_wanted ? tree.end(at) : at + 1;
  }
  const std::vector<Index> working = working_statements(tree, function);
  const bool is_whole_body = !statements.empty() && tree.parent(statements[0]) == tree.child(function, Field::body);
  if (is_whole_body) std::erase_if(statements, [&](Index s) { return std::ranges::find(working, s) == working.end(); });
  return statements;
}

Index statement_of(const std::vector<Index>& statements, const IndexedTree& tree, Index node) {
  const auto found = std::ranges::find_if(statements, [&](Index s) { return tree.contains(s, node); });
  return found == statements.end() ? IndexedTree::none : *found;
}

bool is_bind(const CellPlan& cell, Index node) {
  const auto use = std::ranges::find(cell.uses, node, &CellUse::node);
  return use != cell.uses.end() && use->kind == UseKind::bind;
}

/// Decides between `bind` and `init` as far as single uses tell. What happens to the old value before the cell is bound
/// is no change of the new one.
void decide_start(const Plan& plan, CellPlan& cell) {
  const BindingFlow flow = flow_of(plan, cell);
  bool has_bind = false;
  bool changes_old_value = false;
  std::vector<Index> changes;
  for (const Index node : cell.changes) {
    const auto use = std::ranges::find(cell.uses, node, &CellUse::node);
    const bool is_bound = is_bind(cell, node);
    const bool is_old = !is_bound && bound_at(plan, cell, flow, node) == Bound::never;
    has_bind = has_bind || is_bound;
    const bool is_escape = use != cell.uses.end() && use->kind == UseKind::escape;
    changes_old_value = changes_old_value || (is_old && !is_escape);
    if (!is_old) changes.push_back(node);
  }
  cell.start = has_bind && !changes_old_value ? Start::bind : Start::init;
  if (cell.start == Start::bind) cell.changes = std::move(changes);
}

/// Goes down into `with` and `if` as long as everything happens in one block of theirs.
void narrow(Plan& plan) {
  const IndexedTree& tree = plan.tree;
  while (true) {
    std::vector<Index> nodes;
    for (const CellPlan& cell : plan.cells) nodes.insert(nodes.end(), cell.changes.begin(), cell.changes.end());
    const Index only = statement_of(plan.statements, tree, nodes.front());
    if (only == IndexedTree::none || (tree.kind(only) != Kind::with_statement && tree.kind(only) != Kind::if_statement))
      return;
    Index block = nodes.front();
    while (block != only && !(tree.kind(block) == Kind::block &&
                              (tree.parent(block) == only || tree.parent(tree.parent(block)) == only))) {
      block = tree.parent(block);
    }
    if (block == only || !std::ranges::all_of(nodes, [&](Index node) { return tree.contains(block, node); })) return;
    const std::vector<Index> inner = tree.children(block);
    if (!is_first_on_line(tree.source(), tree.range(inner.front()).begin)) return;
    plan.statements = inner;
  }
}

/// Whether nothing is assigned before it is complete.
bool is_complete_already(const Plan& plan, const CellPlan& cell) {
  if (cell.start != Start::bind) return false;
  const BindingFlow flow = flow_of(plan, cell);
  return std::ranges::all_of(cell.changes, [&](Index node) {
    return is_bind(cell, node) && bound_at(plan, cell, flow, node) == Bound::never;
  });
}

/// Whether somewhere it depends on the way that control took whether the cell was assigned.
bool is_uncertain(const Plan& plan, const CellPlan& cell) {
  const BindingFlow flow = flow_of(plan, cell);
  const std::vector<Index> statements = rewritten_statements(plan);
  for (const CellUse& use : cell.uses) {
    if (use.kind == UseKind::bind || !is_inside(plan.tree, statements, use.node)) continue;
    if (return_around(plan, use.node) != IndexedTree::none) continue;
    if (bound_at(plan, cell, flow, use.node) == Bound::maybe) return true;
  }
  for (const Index exit : exits_of(plan.tree, statements)) {
    if (bound_at(plan, cell, flow, exit) == Bound::maybe) return true;
  }
  const bool is_bound = std::ranges::any_of(statements, [&](Index s) { return flow.binds(s); });
  return flow.completes(plan.last) && !is_bound;
}

bool tests_for_none(const Plan& plan, const CellPlan& cell) {
  const Index test = plan.tree.find(cell.given->test, Kind::comparison_operator);
  if (test == IndexedTree::none) return false;
  return std::ranges::any_of(plan.tree.children(test), [&](Index part) { return plan.tree.kind(part) == Kind::none; });
}

/// An expression for a new empty container, or a copy of what the cell may hold; empty when it is not known.
std::string container_for(const LazyInitialization& given) {
  if (given.cell.ends_with(']')) return {};
  if (given.starts_empty && !given.empty_value.empty()) return given.empty_value;
  switch (given.container) {
    case ContainerKind::list:
      return given.starts_empty ? "[]" : "list(" + given.cell + ")";
    case ContainerKind::dict:
      return given.starts_empty ? "{}" : "dict(" + given.cell + ")";
    case ContainerKind::set:
      return given.starts_empty ? "set()" : "set(" + given.cell + ")";
    case ContainerKind::object:
    case ContainerKind::unknown:
      return {};
  }
  return {};
}

/// What the local holds before the region's own assignments, which may not all be reached.
std::string value_before(const Plan& plan, const CellPlan& cell) {
  const bool is_item = cell.given->cell.ends_with(']');
  if (cell.given->starts_empty && !is_item && tests_for_none(plan, cell)) return "None";
  return container_for(*cell.given);
}

/// A local that the first statement binds to the same object: `d` in `X = d = []`, and in `X = d`.
void use_local_of_first_statement(const Plan& plan, CellPlan& cell) {
  const IndexedTree& tree = plan.tree;
  if (cell.start != Start::bind || tree.kind(cell.first) != Kind::expression_statement ||
      tree.kind(cell.first + 1) != Kind::assignment)
    return;
  const auto binds = std::ranges::count_if(cell.changes, [&](Index node) { return is_bind(cell, node); });
  if (binds != 1 || tree.parent(cell.changes.front()) == IndexedTree::none ||
      tree.kind(tree.parent(cell.changes.front())) != Kind::assignment)
    return;

  std::vector<Index> others;  // the other targets
  Index right = cell.first + 1;
  while (right != IndexedTree::none && tree.kind(right) == Kind::assignment) {
    const Index left = tree.child(right, Field::left);
    if (left != IndexedTree::none && left != cell.changes.front()) others.push_back(left);
    right = tree.child(right, Field::right);
  }
  if (right == IndexedTree::none) return;
  const bool is_moved = others.empty() && tree.kind(right) == Kind::identifier;
  const Index candidate = is_moved                                                         ? right
                          : others.size() == 1 && tree.kind(others[0]) == Kind::identifier ? others[0]
                                                                                           : IndexedTree::none;
  if (candidate == IndexedTree::none) return;
  const std::string name(tree.text(candidate));
  if (!binds_name(tree, plan.function, name) ||
      std::ranges::any_of(plan.cells, [&](const CellPlan& c) { return c.given->cell == name; }))
    return;
  const std::vector<CellUse> uses = uses_of(tree, plan.function, name);
  const auto rebinds = std::ranges::count_if(uses, [&](const CellUse& use) {
    const bool is_relevant = !is_moved || tree.end(cell.first) <= use.node;
    return is_relevant && (use.kind == UseKind::bind || use.kind == UseKind::foreign || use.kind == UseKind::augment);
  });
  if (rebinds != (is_moved ? 0 : 1)) return;
  if (is_moved && (!has_own_line(tree, cell.first) || cell.first == plan.last)) return;
  if (is_moved) cell.start = Start::moved;
  cell.local = name;
  cell.is_own_local = true;
}

/// `X = expression` as the last change needs no local name on its left.
bool last_statement_assigns(const Plan& plan) {
  if (plan.cells.size() != 1 || plan.cells[0].given->may_be_tuple || plan.cells[0].start == Start::moved) return false;
  const CellPlan& cell = plan.cells[0];
  const IndexedTree& tree = plan.tree;
  if (tree.kind(plan.last) != Kind::expression_statement || cell.first == plan.last || !cell.given->owner.empty())
    return false;
  const Index assignment = plan.last + 1;
  if (tree.kind(assignment) != Kind::assignment) return false;
  const Index left = tree.child(assignment, Field::left);
  return is_bind(cell, left) &&
         std::ranges::count_if(cell.changes, [&](Index n) { return tree.contains(plan.last, n); }) == 1 &&
         tree.kind(tree.child(assignment, Field::right)) != Kind::assignment;
}

/// `if X is None:` once more inside the region.
bool is_tested_again(const Plan& plan, const CellPlan& cell) {
  const BindingFlow flow = flow_of(plan, cell);
  const std::vector<Index> statements = rewritten_statements(plan);
  return std::ranges::any_of(cell.uses, [&](const CellUse& use) {
    return use.kind == UseKind::read && is_inside(plan.tree, statements, use.node) &&
           bound_at(plan, cell, flow, use.node) == Bound::never;
  });
}

std::string plan_cell(Plan& plan, CellPlan& cell) {
  cell.first = statement_of(plan.statements, plan.tree, cell.changes.front());
  if (cell.first == IndexedTree::none) return quoted(cell.given->cell) + " is changed outside the region";
  use_local_of_first_statement(plan, cell);
  if (cell.start == Start::bind && is_uncertain(plan, cell)) {
    // A local that is unset at first would hide what the second test is there to see.
    plan.is_uncertain = is_tested_again(plan, cell);
    if (plan.is_uncertain)
      return quoted(cell.given->cell) + " is tested again inside the region, and used whatever the outcome";
    cell.start = Start::init;
    cell.is_own_local = false;
    cell.initial = value_before(plan, cell);
    if (cell.initial.empty()) return quoted(cell.given->cell) + " is not assigned on every way through the region";
  } else if (cell.start == Start::init) {
    cell.initial = container_for(*cell.given);
    if (cell.initial.empty()) {
      return "what " + quoted(cell.given->cell) + " holds before is not known to be a list, dict or set";
    }
  }
  const bool is_plain_name = cell.given->cell.find_first_of(".[") == std::string::npos;
  if (cell.given->is_global && binds_name(plan.tree, plan.function, cell.given->cell) &&
      !declares_outer(plan.tree, plan.function, cell.given->cell)) {
    return quoted(cell.given->cell) + " is a local name of the function";
  }
  if (is_plain_name && !cell.given->is_global && !declares_outer(plan.tree, plan.function, cell.given->cell)) {
    return quoted(cell.given->cell) + " belongs to a function around this one";
  }
  return {};
}

std::string plan_all(Plan& plan, const std::vector<LazyInitialization>& cells, Escapes escapes) {
  const IndexedTree& tree = plan.tree;
  for (CellPlan& cell : plan.cells) {
    cell.uses = uses_of(tree, plan.function, cell.given->cell);
    if (!cell.given->owner.empty() && cell.given->owner != cell.given->cell) {
      const std::vector<CellUse> more = uses_of(tree, plan.function, cell.given->owner);
      cell.uses.insert(cell.uses.end(), more.begin(), more.end());
      std::ranges::sort(cell.uses, {}, &CellUse::node);
    }
    if (std::string refusal = collect_changes(plan, cell, escapes); !refusal.empty()) return refusal;
    decide_start(plan, cell);
    if (cell.changes.empty()) use_alias_from_before(plan, cell);
    if (cell.changes.empty()) return quoted(cell.given->cell) + " is filled under another name, or elsewhere";
  }
  if (std::ranges::all_of(plan.cells, [&](const CellPlan& cell) { return is_complete_already(plan, cell); })) {
    return quoted(cells.front().cell) + " is complete already when it is assigned";
  }
  narrow(plan);
  for (const CellPlan& cell : plan.cells) {
    for (const Index node : cell.changes) {
      const Index statement = statement_of(plan.statements, tree, node);
      if (plan.last == IndexedTree::none || (statement != IndexedTree::none && plan.last < statement))
        plan.last = statement;
    }
  }
  std::vector<std::string> taken;
  for (CellPlan& cell : plan.cells) {
    if (std::string refusal = plan_cell(plan, cell); !refusal.empty()) return refusal;
    if (!cell.is_own_local)
      cell.local = unused_name(tree, {plan.function}, "new_" + bare_name(cell.given->cell), taken);
    taken.push_back(cell.local);
  }
  for (CellPlan& cell : plan.cells) {
    if (std::string refusal = objection(plan, cell); !refusal.empty()) return refusal;
    cell.value = cell.given->may_be_tuple && can_be_tuple(plan, cell) ? "tuple(" + cell.local + ")" : cell.local;
  }
  plan.last_assigns = last_statement_assigns(plan);
  return {};
}

Plan make_plan_where(const IndexedTree& tree, const std::vector<LazyInitialization>& cells, Escapes escapes) {
  assert(!cells.empty() && "a rewrite is about a cell");
  Plan plan{.tree = tree, .function = tree.find(cells.front().function, Kind::function_definition)};
  if (plan.function == IndexedTree::none) {
    plan.refusal = "the initialization is not inside a function";
    return plan;
  }
  plan.statements = statements_in(tree, plan.function, cells.front().region);
  const bool is_one_block =
      std::ranges::all_of(plan.statements, [&](Index s) { return tree.parent(s) == tree.parent(plan.statements[0]); });
  if (plan.statements.empty() || !is_one_block) {
    plan.refusal = "the guarded code is not a block of its own";
    return plan;
  }
  if (std::ranges::any_of(plan.statements, [&](Index s) { return tree.node(s).has_error(); })) {
    plan.refusal = "the guarded code does not parse";
    return plan;
  }
  for (const LazyInitialization& cell : cells) plan.cells.push_back({.given = &cell});
  // Readers look at the tested cell first: it comes last.
  const auto tested = std::ranges::stable_partition(plan.cells, [&](const CellPlan& cell) {
    const std::vector<CellUse> uses = uses_of(tree, plan.function, cell.given->cell);
    return std::ranges::none_of(uses, [&](const CellUse& use) { return cell.given->test.contains(use.range); });
  });
  // The test stands in another function.
  if (tested.empty()) std::ranges::rotate(plan.cells, plan.cells.begin() + 1);
  plan.refusal = plan_all(plan, cells, escapes);
  return plan;
}

}  // namespace

std::string quoted(std::string_view code) { return "`" + std::string(code) + "`"; }

bool is_inside(const IndexedTree& tree, const std::vector<Index>& statements, Index node) {
  const auto next = std::ranges::upper_bound(statements, node);
  return next != statements.begin() && tree.contains(*std::prev(next), node);
}

Index return_around(const Plan& plan, Index node) {
  const Index statement = statement_around(plan.tree, node);
  if (statement == IndexedTree::none || plan.tree.kind(statement) != Kind::return_statement) return IndexedTree::none;
  return scope_around(plan.tree, statement) == plan.function ? statement : IndexedTree::none;
}

BindingFlow flow_of(const Plan& plan, const CellPlan& cell) { return BindingFlow(plan.tree, plan.function, cell.uses); }

Bound bound_at(const Plan& plan, const CellPlan& cell, const BindingFlow& flow, Index node) {
  return cell.start == Start::init && cell.first != IndexedTree::none ? Bound::always
                                                                      : flow.bound_at(node, plan.statements);
}

std::vector<Index> rewritten_statements(const Plan& plan) {
  Index first = plan.last;
  for (const CellPlan& cell : plan.cells) first = std::min(first, cell.first);
  std::vector<Index> result;
  std::ranges::copy_if(plan.statements, std::back_inserter(result),
                       [&](Index s) { return first <= s && s <= plan.last; });
  return result;
}

Plan make_plan(const IndexedTree& tree, const std::vector<LazyInitialization>& cells) {
  Plan plan = make_plan_where(tree, cells, Escapes::are_changes);
  if (!plan.is_uncertain) return plan;
  // What is done with the object behind the second test's block need not be a part of filling it.
  Plan other = make_plan_where(tree, cells, Escapes::are_reads);
  return other.refusal.empty() ? other : plan;
}

}  // namespace analysis::build
