// Which nodes of the region change the cell's object, under its own name, other names, or through helpers.
#include <algorithm>

#include "analysis/rules/build_then_assign_plan.h"

namespace analysis::build {
namespace {

bool is_change(UseKind kind) { return kind != UseKind::read && kind != UseKind::foreign; }

/// Changes of the cell's object under other names that the function gave to it.
std::string add_alias_changes(const Plan& plan, CellPlan& cell) {
  struct Alias {
    std::string name;
    Index since;
  };
  std::vector<Alias> aliases;
  const auto add = [&](const CellUse& use) {
    for (const std::string& name : use.aliases) {
      if (std::ranges::find(aliases, name, &Alias::name) == aliases.end()) aliases.push_back({name, use.node});
    }
  };
  for (const CellUse& use : cell.uses) {
    if (is_inside(plan.tree, plan.statements, use.node)) add(use);
  }
  for (std::size_t at = 0; at < aliases.size(); ++at) {
    const Alias alias = aliases[at];
    for (const CellUse& use : uses_of(plan.tree, plan.function, alias.name)) {
      if (use.node <= alias.since || !is_inside(plan.tree, plan.statements, use.node)) continue;
      add(use);
      if (!is_change(use.kind) || use.kind == UseKind::bind) continue;
      if (return_around(plan, use.node) == IndexedTree::none) {
        cell.changes.push_back(use.node);
      } else if (use.kind == UseKind::change) {
        return quoted(alias.name) + ", a part of " + quoted(cell.given->cell) + ", is changed by a `return`";
      }
    }
  }
  return {};
}

}  // namespace

std::string collect_changes(const Plan& plan, CellPlan& cell, Escapes escapes) {
  for (const CellUse& use : cell.uses) {
    if (!is_inside(plan.tree, plan.statements, use.node)) continue;
    if (use.kind == UseKind::foreign)
      return quoted(cell.given->cell) + " is deleted, or bound by something else than an assignment";
    if (!is_change(use.kind) || (use.kind == UseKind::escape && escapes == Escapes::are_reads)) continue;
    if (return_around(plan, use.node) == IndexedTree::none) {
      cell.changes.push_back(use.node);
    } else if (use.kind == UseKind::change) {
      return quoted(cell.given->cell) + " is changed by a `return`";
    }
  }
  if (std::string refusal = add_alias_changes(plan, cell); !refusal.empty()) return refusal;
  for (const HelperFill& fill : cell.given->helpers) {
    const Index call = plan.tree.find(fill.call, Kind::call);
    if (call == IndexedTree::none || !is_inside(plan.tree, plan.statements, call)) continue;
    if (return_around(plan, call) != IndexedTree::none) return quoted(cell.given->cell) + " is filled by a `return`";
    cell.changes.push_back(call);
  }
  std::ranges::sort(cell.changes);
  return {};
}

void use_alias_from_before(const Plan& plan, CellPlan& cell) {
  for (const CellUse& use : cell.uses) {
    const bool is_before = use.node < plan.statements.front();
    if (!is_before || use.is_element || use.kind != UseKind::read || use.aliases.size() != 1) continue;
    const std::vector<CellUse> uses = uses_of(plan.tree, plan.function, use.aliases[0]);
    const auto binds = std::ranges::count_if(
        uses, [](const CellUse& u) { return u.kind == UseKind::bind || u.kind == UseKind::foreign; });
    if (binds != 1) continue;
    for (const CellUse& other : uses) {
      const bool is_fill = other.kind == UseKind::change || other.kind == UseKind::augment;
      if (is_fill && is_inside(plan.tree, plan.statements, other.node) &&
          return_around(plan, other.node) == IndexedTree::none) {
        cell.changes.push_back(other.node);
      }
    }
    if (cell.changes.empty()) continue;
    cell.start = Start::init;
    cell.local = use.aliases[0];
    cell.is_own_local = true;
    return;
  }
}

}  // namespace analysis::build
