// Expressions: evaluated left to right, each giving a value.
#include <algorithm>

#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;
using ir::Value;
using ir::ValueKind;

/// Whether a string literal has nothing between its quotes.
bool is_empty_string(std::string_view literal) {
  const std::size_t quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos) return false;
  const std::size_t size = literal.size() - quote;
  return size == 2 || (size == 6 && literal[quote + 1] == literal[quote] && literal[quote + 2] == literal[quote]);
}

/// `0`, `0.0`, `0x00`, `0L`, `0e5`.
bool is_zero(std::string_view number) {
  const bool is_hexadecimal = number.starts_with("0x") || number.starts_with("0X");
  if (is_hexadecimal) number.remove_prefix(2);
  for (const char c : number) {
    if (!is_hexadecimal && (c == 'e' || c == 'E')) return true;
    if (('1' <= c && c <= '9') || (is_hexadecimal && (('a' <= c && c <= 'f') || ('A' <= c && c <= 'F')))) return false;
  }
  return true;
}

[[gnu::noinline]] void lower_interpolations(State& state, NodeIndex node) {
  for (NodeIndex part = state.node(node).first_child; part != 0; part = state.node(part).next) {
    if (state.kind(part) == Kind::interpolation || state.kind(part) == Kind::format_expression) {
      if (const Descent descent(state); descent) lower_interpolations(state, part);
    } else if (state.kind(part) == Kind::format_specifier) {
      if (const Descent descent(state); descent) lower_interpolations(state, part);
    } else {
      evaluate(state, part);
    }
  }
}

[[gnu::noinline]] Value lower_string(State& state, NodeIndex node) {
  const std::string_view literal = state.slice(node);
  // Python 2's `x` in backticks calls repr.
  if (literal.starts_with('`')) return {.range = state.range(node)};
  for (NodeIndex part = state.node(node).first_child; part != 0; part = state.node(part).next) {
    lower_interpolations(state, part);
  }
  return {.kind = ValueKind::string, .is_empty = is_empty_string(literal), .range = state.range(node)};
}

[[gnu::noinline]] Value lower_concatenated_string(State& state, NodeIndex node) {
  bool is_empty = true;
  for (NodeIndex part = state.node(node).first_child; part != 0; part = state.node(part).next) {
    if (state.kind(part) == Kind::string && !lower_string(state, part).is_empty) is_empty = false;
  }
  return {.kind = ValueKind::string, .is_empty = is_empty, .range = state.range(node)};
}

[[gnu::noinline]] Value lower_display(State& state, NodeIndex node, ValueKind kind) {
  const std::size_t mark = state.values.size();
  lower_elements(state, node);
  const bool is_empty = state.node(node).first_child == 0;
  state.values.resize(mark);
  return {.kind = kind, .is_empty = is_empty, .range = state.range(node)};
}

/// `a + b + c + …` nests to the left, thousands deep where long strings are put together: a loop.
[[gnu::noinline]] Value lower_binary(State& state, NodeIndex node) {
  const std::size_t mark = state.nodes.size();
  NodeIndex left = node;
  while (state.kind(left) == Kind::binary_operator) {
    state.nodes.push_back(state.operand(left, 1));
    left = state.operand(left, 0);
  }
  evaluate(state, left);
  while (mark < state.nodes.size()) {
    const NodeIndex right = state.nodes.back();
    state.nodes.pop_back();
    evaluate(state, right);
  }
  return {.range = state.range(node)};
}

/// `-x`, `not x` and any number of these in a row. A negative number is still a number.
[[gnu::noinline]] Value lower_prefixed(State& state, NodeIndex node) {
  NodeIndex inner = node;
  bool is_not = false;
  while (state.kind(inner) == Kind::unary_operator || state.kind(inner) == Kind::not_operator ||
         state.kind(inner) == Kind::parenthesized_expression) {
    is_not = is_not || state.kind(inner) == Kind::not_operator;
    inner = state.operand(inner, 0);
  }
  if (inner == 0) return {.range = state.range(node)};
  Value value = lower_expression(state, inner);
  const bool is_number = value.kind == ValueKind::number && !is_not;
  if (!is_number) value = {};
  value.range = state.range(node);
  return value;
}

[[gnu::noinline]] Value lower_splat(State& state, NodeIndex node) {
  const NodeIndex operand = state.operand(node, 0);
  if (operand == 0) return {.range = state.range(node)};
  const Value value = lower_expression(state, operand);
  // CPython copies a dictionary, `**x`, in one step.
  if (state.kind(node) == Kind::dictionary_splat) return {.range = state.range(node)};
  const ir::ValueId iterated = state.add(value);
  state.emit(OpKind::iterate, state.range(operand)).value = iterated;
  return element_of(value);
}

[[gnu::noinline]] Value lower_await(State& state, NodeIndex node) {
  Value value;
  if (const NodeIndex operand = state.operand(node, 0)) value = lower_expression(state, operand);
  const ir::ValueId awaited = state.add(value);
  state.emit(OpKind::await, state.range(node)).value = awaited;
  if (value.kind != ValueKind::call) value = {};
  value.range = state.range(node);
  return value;
}

[[gnu::noinline]] Value lower_yield(State& state, NodeIndex node) {
  state.facts.functions[state.scope().function.index].is_generator = true;
  // The words are `yield` and perhaps `from`.
  const NodeIndex second = state.node(state.node(node).first_child).next;
  const bool is_delegating = second != 0 && !state.node(second).is_named;
  ir::ValueId yielded;
  if (const NodeIndex operand = state.operand(node, 0)) {
    yielded = state.add(lower_expression(state, operand));
    if (is_delegating) state.emit(OpKind::iterate, state.range(operand)).value = yielded;
  }
  state.emit(OpKind::yield, state.range(node)).value = yielded;
  return {.range = state.range(node)};
}

/// `name := value`, whose value is that of the right side.
[[gnu::noinline]] Value lower_named(State& state, NodeIndex node) {
  const NodeIndex name = state.operand(node, 0);
  const NodeIndex right = state.operand(node, 1);
  if (name == 0 || right == 0) return {.range = state.range(node)};
  const Value value = lower_expression(state, right);
  const ir::PlaceId place = state.add_name(state.resolve(state.slice(name)), state.range(name));
  state.emit_bind(place, state.add(value), state.range(node));
  return value;
}

[[gnu::noinline]] Value lower_children(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    evaluate(state, child);
  }
  return {.range = state.range(node)};
}

Value lower_one(State& state, NodeIndex node) {
  switch (state.kind(node)) {
    case Kind::identifier:
    case Kind::attribute:
    case Kind::subscript:
    case Kind::call:
      return lower_chain(state, node);
    case Kind::string:
      return lower_string(state, node);
    case Kind::concatenated_string:
      return lower_concatenated_string(state, node);
    case Kind::none:
      return {.kind = ValueKind::none, .range = state.range(node)};
    case Kind::true_:
      return {.kind = ValueKind::boolean, .range = state.range(node)};
    case Kind::false_:
      return {.kind = ValueKind::boolean, .is_empty = true, .range = state.range(node)};
    case Kind::integer:
    case Kind::float_:
      return {.kind = ValueKind::number, .is_empty = is_zero(state.slice(node)), .range = state.range(node)};
    case Kind::list:
    case Kind::list_pattern:
      return lower_display(state, node, ValueKind::list);
    case Kind::tuple:
    case Kind::tuple_pattern:
    case Kind::pattern_list:
    case Kind::expression_list:
      return lower_display(state, node, ValueKind::tuple);
    case Kind::set:
      return lower_display(state, node, ValueKind::set);
    case Kind::dictionary:
      return lower_display(state, node, ValueKind::dict);
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression:
      return lower_comprehension(state, node);
    case Kind::binary_operator:
      return lower_binary(state, node);
    case Kind::unary_operator:
    case Kind::not_operator:
      return lower_prefixed(state, node);
    case Kind::boolean_operator:
    case Kind::comparison_operator: {
      const std::size_t mark = state.tests.size();
      const Value value = lower_condition(state, node);
      state.tests.resize(mark);
      return value;
    }
    case Kind::conditional_expression:
      return lower_conditional_expression(state, node);
    case Kind::lambda:
      return lower_lambda(state, node);
    case Kind::await:
      return lower_await(state, node);
    case Kind::yield:
      return lower_yield(state, node);
    case Kind::named_expression:
      return lower_named(state, node);
    case Kind::list_splat:
    case Kind::list_splat_pattern:
    case Kind::dictionary_splat:
    case Kind::dictionary_splat_pattern:
      return lower_splat(state, node);
    case Kind::type:
    case Kind::type_parameter:
      return {.range = state.range(node)};
    case Kind::error:
      lower_error(state, node);
      return {.range = state.range(node)};
    default:
      return lower_children(state, node);
  }
}

}  // namespace

NodeIndex without_parentheses(const State& state, NodeIndex node) {
  while (state.kind(node) == Kind::parenthesized_expression) node = state.operand(node, 0);
  return node;
}

ir::Value lower_expression(State& state, NodeIndex node) {
  node = without_parentheses(state, node);
  const Descent descent(state);
  if (!descent || node == 0) return {.range = state.range(node)};
  return lower_one(state, node);
}

void evaluate(State& state, NodeIndex node) { static_cast<void>(lower_expression(state, node)); }

void lower_elements(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    const Value value = lower_expression(state, child);
    state.values.push_back(value);
  }
}

}  // namespace analysis::lowering
