// Comprehensions and generator expressions, which run where they stand: nested loops whose variables are renamed.
#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::ValueKind;

/// Renames what the target binds; names in front of a `.` or `[` are not bound by it.
[[gnu::noinline]] void rename_targets(State& state, NodeIndex target) {
  const std::size_t mark = state.nodes.size();
  state.nodes.push_back(target);
  while (mark < state.nodes.size()) {
    const NodeIndex node = state.nodes.back();
    state.nodes.pop_back();
    if (state.kind(node) == Kind::identifier) {
      const std::string_view name = state.slice(node);
      state.renamings.push_back({name, state.names.intern_copy("." + std::string(name))});
      continue;
    }
    if (state.kind(node) == Kind::attribute || state.kind(node) == Kind::subscript) continue;
    for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
      state.nodes.push_back(child);
    }
  }
}

ir::Value kind_of_result(const State& state, NodeIndex node) {
  ir::Value value{.is_comprehension = true, .range = state.range(node)};
  switch (state.kind(node)) {
    case Kind::list_comprehension:
      value.kind = ValueKind::list;
      break;
    case Kind::set_comprehension:
      value.kind = ValueKind::set;
      break;
    case Kind::dictionary_comprehension:
      value.kind = ValueKind::dict;
      break;
    default:
      value.kind = ValueKind::other;
  }
  return value;
}

/// The iterables of a clause: Python 2 allows several, which make a tuple.
[[gnu::noinline]] ir::Value lower_iterables(State& state, NodeIndex clause) {
  const NodeIndex first = state.operand(clause, 1);
  if (first == 0) return {.range = state.range(clause)};
  ir::Value value = lower_expression(state, first);
  for (NodeIndex other = state.node(first).next; other != 0; other = state.node(other).next) {
    evaluate(state, other);
    value = {.kind = ValueKind::tuple, .range = state.range(clause)};
  }
  return value;
}

[[gnu::noinline]] void open_loop(State& state, NodeIndex clause, const ir::Value& iterated, NodeIndex body) {
  const bool is_await = state.slice(clause).starts_with("async");
  const ir::ValueId value = state.add(iterated);
  ir::Op& op = state.emit(OpKind::iterate, iterated.range);
  op.value = value;
  op.is_await_context = is_await;
  state.open(OpKind::loop, iterated.range, state.range(body)).is_await_context = is_await;
  if (const NodeIndex target = state.operand(clause, 0)) {
    bind_target(state, target, element_of(iterated), state.range(clause));
  }
}

[[gnu::noinline]] void open_filter(State& state, NodeIndex clause, NodeIndex body) {
  const NodeIndex condition = state.operand(clause, 0);
  const std::size_t mark = state.tests.size();
  lower_condition(state, condition);
  ir::Op& branch = state.open(OpKind::branch, state.range(condition), state.range(body));
  branch.is_expression = true;
  state.take_tests(mark, branch);
}

}  // namespace

ir::Value lower_comprehension(State& state, NodeIndex node) {
  const NodeIndex body = state.operand(node, 0);
  const std::size_t mark = state.renamings.size();
  int opened = 0;
  for (NodeIndex clause = state.node(body).next; clause != 0; clause = state.node(clause).next) {
    if (state.kind(clause) == Kind::for_in_clause) {
      // The first iterable is evaluated outside; it alone sees the names as they were.
      const ir::Value first = opened == 0 ? lower_iterables(state, clause) : ir::Value{};
      if (opened == 0) {
        for (NodeIndex other = clause; other != 0; other = state.node(other).next) {
          if (state.kind(other) == Kind::for_in_clause) rename_targets(state, state.operand(other, 0));
        }
      }
      open_loop(state, clause, opened == 0 ? first : lower_iterables(state, clause), body);
      ++opened;
    } else if (state.kind(clause) == Kind::if_clause) {
      open_filter(state, clause, body);
      ++opened;
    } else {
      evaluate(state, clause);
    }
  }
  evaluate(state, body);
  for (; 0 < opened; --opened) state.close();
  state.renamings.resize(mark);
  return kind_of_result(state, node);
}

}  // namespace analysis::lowering
