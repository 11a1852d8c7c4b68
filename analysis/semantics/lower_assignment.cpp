// Assignments, the targets they have, and `del`.
#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::Value;
using ir::ValueKind;

bool is_sequence_target(Kind kind) {
  return kind == Kind::pattern_list || kind == Kind::tuple_pattern || kind == Kind::list_pattern ||
         kind == Kind::tuple || kind == Kind::list || kind == Kind::expression_list;
}

bool is_splat(Kind kind) { return kind == Kind::list_splat || kind == Kind::list_splat_pattern; }

bool is_sequence_display(Kind kind) {
  return kind == Kind::tuple || kind == Kind::list || kind == Kind::expression_list || kind == Kind::pattern_list;
}

/// Number of elements if there is no `*x` and nothing broken among them, else nothing.
bool count_plain(const State& state, NodeIndex node, std::size_t& count) {
  count = 0;
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (is_splat(state.kind(child)) || state.kind(child) == Kind::error) return false;
    ++count;
  }
  return true;
}

[[gnu::noinline]] void bind_place(State& state, NodeIndex target, ir::ValueId value, TextRange range) {
  if (const ir::PlaceId place = lower_place(state, target)) state.emit_bind(place, value, range);
}

/// `elements`: where on `state.values` those of the right side are, if it is a display without `*x`.
struct RightSide {
  Value value;
  ir::ValueId id;
  bool has_elements = false;
  std::size_t first_element = 0;
  std::size_t element_count = 0;
};

[[gnu::noinline]] RightSide lower_right_side(State& state, NodeIndex node) {
  RightSide side;
  node = without_parentheses(state, node);
  side.first_element = state.values.size();
  if (is_sequence_display(state.kind(node)) && count_plain(state, node, side.element_count)) {
    if (const Descent descent(state); descent) {
      lower_elements(state, node);
      side.has_elements = true;
      side.value = {.kind = state.kind(node) == Kind::list ? ValueKind::list : ValueKind::tuple,
                    .is_empty = side.element_count == 0,
                    .range = state.range(node)};
    }
  } else {
    side.value = lower_expression(state, node);
  }
  return side;
}

[[gnu::noinline]] void bind_from_right_side(State& state, NodeIndex target, RightSide& side, TextRange range) {
  target = without_parentheses(state, target);
  std::size_t count = 0;
  const bool is_sequence = is_sequence_target(state.kind(target));
  if (is_sequence && side.has_elements && count_plain(state, target, count) && count == side.element_count) {
    std::size_t element = side.first_element;
    for (NodeIndex child = state.node(target).first_child; child != 0; child = state.node(child).next) {
      const Value value = state.values[element++];
      bind_target(state, child, value, range);
    }
    return;
  }
  if (is_sequence) {
    bind_target(state, target, side.value, range);
    return;
  }
  if (!side.id) side.id = state.add(side.value);
  bind_place(state, target, side.id, range);
}

}  // namespace

ir::Value element_of(const ir::Value& value) {
  Value element{.kind = ValueKind::element, .range = value.range};
  if (value.kind == ValueKind::place || value.kind == ValueKind::element) element.place = value.place;
  if (value.kind == ValueKind::call || value.kind == ValueKind::element) element.call = value.call;
  return element;
}

void bind_target(State& state, NodeIndex target, const ir::Value& value, TextRange range) {
  target = without_parentheses(state, target);
  const Descent descent(state);
  if (!descent) return;
  if (is_splat(state.kind(target))) {
    // `*rest` takes a new list of what is left over.
    const ir::Value rest{.kind = ValueKind::list, .range = state.range(target)};
    bind_place(state, state.operand(target, 0), state.add(rest), range);
    return;
  }
  if (!is_sequence_target(state.kind(target))) {
    bind_place(state, target, state.add(value), range);
    return;
  }
  const Value element = element_of(value);
  for (NodeIndex child = state.node(target).first_child; child != 0; child = state.node(child).next) {
    bind_target(state, child, element, range);
  }
}

void lower_assignment(State& state, NodeIndex node) {
  // `a = b = v` nests to the right; Python evaluates v, then binds from left to right.
  const std::size_t first_target = state.nodes.size();
  NodeIndex right = node;
  while (state.kind(right) == Kind::assignment) {
    state.nodes.push_back(state.operand(right, 0));
    right = state.operand(right, 1);
  }
  const std::size_t after_targets = state.nodes.size();
  if (state.kind(right) == Kind::augmented_assignment) {
    lower_augmented_assignment(state, right);
  } else if (right != 0) {
    const std::size_t mark = state.values.size();
    RightSide side = lower_right_side(state, right);
    for (std::size_t i = first_target; i < after_targets; ++i) {
      bind_from_right_side(state, state.nodes[i], side, state.statement);
    }
    state.values.resize(mark);
  }
  state.nodes.resize(first_target);
}

void lower_augmented_assignment(State& state, NodeIndex node) {
  const NodeIndex left = state.operand(node, 0);
  const NodeIndex right = state.operand(node, 1);
  const ir::PlaceId place = lower_place(state, without_parentheses(state, left));
  ir::ValueId value;
  if (state.kind(right) == Kind::assignment) {
    lower_assignment(state, right);
  } else if (right != 0) {
    value = state.add(lower_expression(state, right));
  }
  if (!place) return;
  ir::Op& op = state.emit(OpKind::augment, state.statement);
  op.place = place;
  op.value = value;
}

void remove_target(State& state, NodeIndex target) {
  target = without_parentheses(state, target);
  const Descent descent(state);
  if (!descent) return;
  if (is_sequence_target(state.kind(target))) {
    for (NodeIndex child = state.node(target).first_child; child != 0; child = state.node(child).next) {
      remove_target(state, child);
    }
    return;
  }
  if (const ir::PlaceId place = lower_place(state, target)) state.emit(OpKind::remove, state.statement).place = place;
}

}  // namespace analysis::lowering
