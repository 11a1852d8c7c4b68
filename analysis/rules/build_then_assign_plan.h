// What a build-then-assign rewrite will do, decided before any edit is made. Internal to build_then_assign.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/build_then_assign.h"
#include "analysis/rules/cell_uses.h"
#include "analysis/rules/region_flow.h"

namespace analysis::build {

using Index = IndexedTree::Index;

/// Where the local's first value comes from.
enum class Start : std::uint8_t {
  bind,   // the region assigns the cell: that assignment is given to the local
  init,   // a new line assigns `initial` to the local
  moved,  // the region assigns a finished local to the cell too early: that line is moved to the end
};

struct CellPlan {
  const LazyInitialization* given = nullptr;
  std::vector<CellUse> uses = {};   // in the function, of `given->cell` and `given->owner`
  std::vector<Index> changes = {};  // nodes in the region after which another thread could see something unfinished
  std::string local = {};
  bool is_own_local = false;  // `local` is a variable that the function has already
  Start start = Start::bind;
  std::string initial = {};         // for `init`
  Index first = IndexedTree::none;  // the first statement that works on the local
  std::string value = {};           // what is assigned in the end: `local` or `tuple(local)`
};

struct Plan {
  const IndexedTree& tree;
  Index function;
  std::vector<Index> statements = {};  // the region, neighbours in one block
  std::vector<CellPlan> cells = {};    // in the order of their assignment
  Index last = IndexedTree::none;      // the statement after which the cells are assigned
  bool last_assigns = false;           // `last` is `X = expression of the local`: it stays the assignment
  bool is_uncertain = false;           // refused because the cell may or may not be assigned at some point
  std::string refusal = {};
};

[[nodiscard]] Plan make_plan(const IndexedTree& tree, const std::vector<LazyInitialization>& cells);

/// Whether handing the object to code that cannot be seen counts as filling it.
enum class Escapes : std::uint8_t { are_changes, are_reads };

/// Fills in `changes`; the answer says why there can be no rewrite, and is empty otherwise.
[[nodiscard]] std::string collect_changes(const Plan& plan, CellPlan& cell, Escapes escapes);

/// `d = X` before the region, and `d` filled in it: makes `d` the local. Leaves `changes` empty when it is not so.
void use_alias_from_before(const Plan& plan, CellPlan& cell);

/// The flow of the name that stands for the cell.
[[nodiscard]] BindingFlow flow_of(const Plan& plan, const CellPlan& cell);

/// Whether the local has a value at `node`, which lies in one of the region's statements.
[[nodiscard]] Bound bound_at(const Plan& plan, const CellPlan& cell, const BindingFlow& flow, Index node);

/// The statements from the first that works on a local to the last.
[[nodiscard]] std::vector<Index> rewritten_statements(const Plan& plan);

/// Whether the node lies in one of `statements`, which are in reading order.
[[nodiscard]] bool is_inside(const IndexedTree& tree, const std::vector<Index>& statements, Index node);
/// The `return` statement of the function that holds the node, or `none`.
[[nodiscard]] Index return_around(const Plan& plan, Index node);
[[nodiscard]] std::string quoted(std::string_view code);

/// Why the uses of the cell cannot be given to a local; empty if they can.
[[nodiscard]] std::string objection(const Plan& plan, const CellPlan& cell);

/// Whether a tuple can stand for the list wherever the module uses the cell.
[[nodiscard]] bool can_be_tuple(const Plan& plan, const CellPlan& cell);

}  // namespace analysis::build
