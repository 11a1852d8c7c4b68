#include "analysis/rules/build_then_assign.h"

#include <algorithm>

#include "analysis/rules/build_then_assign_plan.h"
#include "analysis/rules/function_body.h"
#include "analysis/rules/helper_parameter.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"

namespace analysis {
namespace {

using build::CellPlan;
using build::Index;
using build::Plan;
using build::quoted;
using build::Start;

std::string assignment_of(const CellPlan& cell) {
  return (cell.given->owner.empty() ? cell.given->cell : cell.given->owner) + " = " + cell.value;
}

/// Gives the uses of the cell to the local.
void rename_uses(const Plan& plan, const CellPlan& cell, std::vector<TextEdit>& edits) {
  const IndexedTree& tree = plan.tree;
  const BindingFlow flow = build::flow_of(plan, cell);
  const std::vector<Index> statements = build::rewritten_statements(plan);
  for (const CellUse& use : cell.uses) {
    if (!build::is_inside(tree, statements, use.node) || use.node < cell.first) continue;
    // A `return` comes after the assignment that is put before it.
    if (build::return_around(plan, use.node) != IndexedTree::none) continue;
    const bool is_bind = use.kind == UseKind::bind;
    if (!is_bind && build::bound_at(plan, cell, flow, use.node) == Bound::never) continue;
    if (is_bind && plan.last_assigns && tree.contains(plan.last, use.node)) continue;
    if (is_bind && cell.start == Start::moved) continue;
    if (is_bind && cell.start == Start::bind && cell.is_own_local && tree.contains(cell.first, use.node)) {
      // `X = d = []` becomes `d = []`.
      const Index right = tree.child(tree.parent(use.node), Field::right);
      edits.push_back({{use.range.begin, tree.range(right).begin}, ""});
      continue;
    }
    edits.push_back({use.range, cell.local});
  }
}

/// Whether a change may have happened when control is at `exit`.
bool may_follow_change(const Plan& plan, const CellPlan& cell, Index exit) {
  const IndexedTree& tree = plan.tree;
  return std::ranges::any_of(cell.changes, [&](Index change) {
    if (change < exit) return true;
    for (Index at = tree.parent(exit); at != IndexedTree::none && build::is_inside(tree, plan.statements, at);
         at = tree.parent(at)) {
      const bool is_loop = tree.kind(at) == Kind::for_statement || tree.kind(at) == Kind::while_statement;
      if (is_loop && tree.contains(at, change)) return true;
    }
    return false;
  });
}

std::string insert_exits(const Plan& plan, std::vector<TextEdit>& edits) {
  std::vector<BindingFlow> flows;
  for (const CellPlan& cell : plan.cells) flows.push_back(build::flow_of(plan, cell));
  for (const Index exit : exits_of(plan.tree, build::rewritten_statements(plan))) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < flows.size(); ++at) {
      const CellPlan& cell = plan.cells[at];
      const bool is_bound = cell.first <= exit && build::bound_at(plan, cell, flows[at], exit) == Bound::always;
      if (is_bound && may_follow_change(plan, cell, exit)) lines.push_back(assignment_of(cell));
    }
    if (lines.empty()) continue;
    const auto edit = lines_before_exit(plan.tree, plan.function, exit, lines);
    if (!edit) return "there is no room before " + quoted(plan.tree.text(exit));
    edits.push_back(*edit);
  }
  return {};
}

std::string insert_end(const Plan& plan, std::vector<TextEdit>& edits) {
  const IndexedTree& tree = plan.tree;
  if (plan.last_assigns || !build::flow_of(plan, plan.cells.front()).completes(plan.last)) return {};
  std::vector<std::string> lines;
  for (const CellPlan& cell : plan.cells) {
    std::string line = assignment_of(cell);
    if (cell.start == Start::moved) {
      line += rest_of_line(tree, cell.first);
      edits.push_back({full_line_at(tree.source(), tree.range(cell.first).begin), ""});
    }
    lines.push_back(line);
  }
  const auto end = lines_after_statement(tree, plan.last, lines);
  if (!end) return "several statements share a line";
  edits.push_back(*end);
  return {};
}

/// One `global` statement for the cells that need it.
std::string declare_globals(const Plan& plan, const std::vector<LazyInitialization>& cells,
                            std::vector<TextEdit>& edits) {
  std::string names;
  for (const LazyInitialization& cell : cells) {
    if (!cell.is_global || declares_outer(plan.tree, plan.function, cell.cell)) continue;
    names += (names.empty() ? "" : ", ") + cell.cell;
  }
  if (names.empty()) return {};
  const auto declaration = lines_at_body_start(plan.tree, plan.function, {"global " + names});
  if (!declaration) return quoted(name_of(plan.tree, plan.function)) + " is written on one line";
  edits.push_back(*declaration);
  return {};
}

std::string insert_start(const Plan& plan, const CellPlan& cell, std::vector<TextEdit>& edits) {
  if (cell.start != Start::init) return {};
  const SourceText& text = plan.tree.source();
  const std::uint32_t begin = plan.tree.range(cell.first).begin;
  if (!is_first_on_line(text, begin)) return "the guarded code shares a line with other code";
  edits.push_back(line_above(text, begin, cell.local + " = " + cell.initial));
  return {};
}

std::string collect_edits(const Plan& plan, const std::vector<LazyInitialization>& cells,
                          std::vector<TextEdit>& edits) {
  if (std::string refusal = declare_globals(plan, cells, edits); !refusal.empty()) return refusal;
  for (const CellPlan& cell : plan.cells) {
    if (std::string refusal = insert_start(plan, cell, edits); !refusal.empty()) return refusal;
    if (std::string refusal = pass_to_helpers(plan.tree, plan.function, *cell.given, cell.local, edits);
        !refusal.empty())
      return refusal;
    rename_uses(plan, cell, edits);
  }
  if (std::string refusal = insert_exits(plan, edits); !refusal.empty()) return refusal;
  return insert_end(plan, edits);
}

}  // namespace

Rewrite build_then_assign(const SyntaxTree& tree, const std::vector<LazyInitialization>& cells) {
  const IndexedTree flat(tree);
  const Plan plan = build::make_plan(flat, cells);
  if (!plan.refusal.empty()) return {{}, plan.refusal};
  Rewrite rewrite;
  rewrite.refusal = collect_edits(plan, cells, rewrite.edits);
  if (!rewrite.refusal.empty()) rewrite.edits.clear();
  return rewrite;
}

std::string unused_local_name(const SyntaxTree& tree, TextRange function, std::string_view cell) {
  const IndexedTree flat(tree);
  const Index definition = flat.find(function, Kind::function_definition);
  std::vector<Index> functions;
  if (definition != IndexedTree::none) functions.push_back(definition);
  return unused_name(flat, functions, "new_" + bare_name(cell), {});
}

}  // namespace analysis
