// Conditions: the operands are evaluated, and each leaf between `not`, `and` and `or` leaves its tests.
#include <utility>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::Value;
using ir::ValueKind;

// Operands of `and` and `or` nest in each other's branches, for each runs only if those before did. A chain longer than
// any person writes begins anew, so that nothing downstream has to nest as deep as the text is long.
constexpr int max_nested_operands = 64;

bool is_or(const State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (!state.node(child).is_named) return state.slice(child) == "or";
  }
  return false;
}

/// Opens the branch in which the next operand runs. `a or b` is `a if a else b`: b runs in the `otherwise`.
[[gnu::noinline]] void open_operand(State& state, bool runs_when_false, TextRange before, std::size_t first_test,
                                    NodeIndex operand) {
  const TextRange block = state.range(operand);
  const std::size_t end = state.tests.size();
  ir::Op& branch = state.open(OpKind::branch, before, runs_when_false ? TextRange{before.end, before.end} : block);
  branch.is_expression = true;
  state.copy_tests(first_test, end, branch);
  if (runs_when_false) state.next_part(OpKind::otherwise, block, block).is_expression = true;
}

void add_alternative(Value& value, const Value& alternative) {
  if (alternative.kind == ValueKind::call) value.call = alternative.call;
}

[[gnu::noinline]] Value lower_boolean(State& state, NodeIndex node) {
  const std::size_t mark = state.nodes.size();
  const bool runs_when_false = is_or(state, node);
  NodeIndex operand = node;
  while (state.kind(operand) == Kind::boolean_operator && is_or(state, operand) == runs_when_false) {
    state.nodes.push_back(state.operand(operand, 1));
    operand = state.operand(operand, 0);
  }
  std::size_t first_test = state.tests.size();
  const Value first = lower_condition(state, operand);
  Value value{.kind = ValueKind::either, .range = state.range(node)};
  if (first.kind == ValueKind::place) value.place = first.place;
  add_alternative(value, first);
  int opened = 0;
  while (mark < state.nodes.size()) {
    const NodeIndex next = state.nodes.back();
    state.nodes.pop_back();
    if (opened == max_nested_operands) {
      for (; 0 < opened; --opened) state.close();
    }
    const std::size_t before = std::exchange(first_test, state.tests.size());
    open_operand(state, runs_when_false, state.range(operand), before, next);
    ++opened;
    add_alternative(value, lower_condition(state, next));
    operand = next;
  }
  for (; 0 < opened; --opened) state.close();
  return value;
}

[[gnu::noinline]] Value lower_comparison(State& state, NodeIndex node, TextRange leaf) {
  const std::size_t first_op = state.scope().ops.size();
  NodeIndex operands[2] = {};
  Value values[2];
  std::string_view comparison;
  unsigned count = 0;
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (!state.node(child).is_named) {
      comparison = state.slice(child);
      continue;
    }
    const Value value = lower_expression(state, child);
    if (count < 2) {
      operands[count] = child;
      values[count] = value;
    }
    ++count;
  }
  if (count == 2) {
    add_comparison_tests(state, {operands[0], values[0]}, comparison, {operands[1], values[1]}, leaf, first_op);
  } else {
    add_other_tests(state, leaf, first_op);
  }
  return {.range = state.range(node)};
}

}  // namespace

ir::Value lower_condition(State& state, NodeIndex node) {
  const Descent descent(state);
  if (!descent || node == 0) return {.range = state.range(node)};
  NodeIndex inner = node;
  TextRange leaf;
  bool is_negated = false;
  bool has_not = false;
  for (;;) {
    if (state.kind(inner) == Kind::not_operator) {
      if (!has_not) leaf = state.range(inner);
      has_not = true;
      is_negated = !is_negated;
    } else if (state.kind(inner) != Kind::parenthesized_expression) {
      break;
    }
    inner = state.operand(inner, 0);
  }
  if (!has_not) leaf = state.range(inner);

  const std::size_t mark = state.tests.size();
  Value value;
  if (state.kind(inner) == Kind::boolean_operator) {
    value = lower_boolean(state, inner);
  } else if (state.kind(inner) == Kind::comparison_operator) {
    value = lower_comparison(state, inner, leaf);
  } else {
    const std::size_t first_op = state.scope().ops.size();
    value = lower_expression(state, inner);
    add_truth_tests(state, {inner, value}, leaf, first_op);
  }
  if (is_negated) {
    for (std::size_t i = mark; i < state.tests.size(); ++i)
      state.tests[i].unset_when_true = !state.tests[i].unset_when_true;
  }
  if (has_not) value = {.range = leaf};
  return value;
}

ir::Value lower_conditional_expression(State& state, NodeIndex node) {
  Value value{.kind = ValueKind::either, .range = state.range(node)};
  int opened = 0;
  // `a if b else c if d else e …` nests to the right.
  while (state.kind(node) == Kind::conditional_expression) {
    const NodeIndex when_true = state.operand(node, 0);
    const NodeIndex condition = state.operand(node, 1);
    const NodeIndex when_false = state.operand(node, 2);
    const std::size_t mark = state.tests.size();
    lower_condition(state, condition);
    ir::Op& branch = state.open(OpKind::branch, state.range(condition), state.range(when_true));
    branch.is_expression = true;
    state.take_tests(mark, branch);
    const Value alternative = lower_expression(state, when_true);
    if (opened == 0 && alternative.kind == ValueKind::place) value.place = alternative.place;
    add_alternative(value, alternative);
    state.next_part(OpKind::otherwise, state.range(when_false), state.range(when_false)).is_expression = true;
    ++opened;
    node = without_parentheses(state, when_false);
  }
  add_alternative(value, lower_expression(state, node));
  for (; 0 < opened; --opened) state.close();
  return value;
}

}  // namespace analysis::lowering
