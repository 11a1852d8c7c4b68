// Statements: which function lowers which, and the simple ones.
#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;

[[gnu::noinline]] void evaluate_children(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    evaluate(state, child);
  }
}

[[gnu::noinline]] void lower_expression_statement(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    switch (state.kind(child)) {
      case Kind::assignment:
        lower_assignment(state, child);
        break;
      case Kind::augmented_assignment:
        lower_augmented_assignment(state, child);
        break;
      default:
        evaluate(state, child);
    }
  }
}

[[gnu::noinline]] void lower_return(State& state, NodeIndex node) {
  const NodeIndex operand = state.operand(node, 0);
  const Kind kind = state.kind(operand);
  if (kind == Kind::comparison_operator || kind == Kind::not_operator) {
    // A predicate: callers that branch on it want to know what it asks.
    const std::size_t mark = state.tests.size();
    const ir::ValueId value = state.add(lower_condition(state, operand));
    ir::Op& op = state.emit(OpKind::return_, state.range(node));
    op.value = value;
    state.take_tests(mark, op);
    return;
  }
  ir::ValueId value;
  if (operand != 0) value = state.add(lower_expression(state, operand));
  state.emit(OpKind::return_, state.range(node)).value = value;
}

/// `raise E`, `raise E from cause` and Python 2's `raise E, argument, traceback`: the value is the first.
[[gnu::noinline]] void lower_raise(State& state, NodeIndex node) {
  ir::ValueId value;
  const NodeIndex first = state.operand(node, 0);
  if (state.kind(first) == Kind::expression_list) {
    const std::size_t mark = state.values.size();
    lower_elements(state, first);
    if (mark < state.values.size()) value = state.add(state.values[mark]);
    state.values.resize(mark);
  } else if (first != 0) {
    value = state.add(lower_expression(state, first));
  }
  if (const NodeIndex cause = state.operand(node, 1)) evaluate(state, cause);
  state.emit(OpKind::raise, state.range(node)).value = value;
}

[[gnu::noinline]] void lower_scope_declaration(State& state, NodeIndex node,
                                               std::vector<ir::NameId> ir::Function::*list) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) != Kind::identifier) continue;
    const ir::NameId name = state.names.intern(state.slice(child));
    (state.facts.functions[state.scope().function.index].*list).push_back(name);
  }
}

/// `type(x).a = v`, in the shape of an alias statement: the parenthesis holds `x`.
[[gnu::noinline]] void lower_assignment_through_type(State& state, NodeIndex left) {
  const NodeIndex right = state.node(left).next;
  const ir::Value value = right == 0 ? ir::Value{} : lower_expression(state, state.node(right).first_child);
  const ir::PlaceId of_object = lower_place(state, state.node(left).first_child);
  if (!of_object) return;
  ir::Place place = state.place(of_object);
  const std::uint32_t first = place.first_segment;
  place.first_segment = static_cast<std::uint32_t>(state.facts.segments.size());
  state.facts.segments.push_back({ir::Segment::Kind::attribute, state.names.intern("__class__")});
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    const ir::Segment segment = state.facts.segments[first + i];
    state.facts.segments.push_back(segment);
  }
  ++place.segment_count;
  state.facts.places.push_back(place);
  const ir::PlaceId through_class{static_cast<std::uint32_t>(state.facts.places.size() - 1)};
  state.emit_bind(through_class, state.add(value), state.statement);
}

/// `type Alias[T] = …`: the right side is evaluated only when somebody asks for it.
[[gnu::noinline]] void lower_type_alias(State& state, NodeIndex node) {
  const NodeIndex left = state.node(node).first_child;
  if (state.node(left).first_child != 0) return lower_assignment_through_type(state, left);
  const std::string_view text = state.slice(left);
  const std::string_view name = text.substr(0, text.find_first_of("[ \t\r\n\\"));
  if (state.kind(left) != Kind::type || name.empty()) return;
  const std::uint32_t begin = state.range(left).begin;
  const TextRange range = {begin, begin + static_cast<std::uint32_t>(name.size())};
  const ir::PlaceId place = state.add_name(state.resolve(name), range);
  state.emit_bind(place, state.add(ir::Value{.range = state.range(node)}), state.range(node));
}

void lower_one_statement(State& state, NodeIndex node) {
  switch (state.kind(node)) {
    case Kind::expression_statement:
      return lower_expression_statement(state, node);
    case Kind::if_statement:
      return lower_if(state, node);
    case Kind::return_statement:
      return lower_return(state, node);
    case Kind::function_definition:
      return lower_function(state, node, node);
    case Kind::class_definition:
      return lower_class(state, node, node);
    case Kind::decorated_definition:
      return lower_decorated(state, node);
    case Kind::for_statement:
      return lower_for(state, node);
    case Kind::while_statement:
      return lower_while(state, node);
    case Kind::try_statement:
      return lower_try(state, node);
    case Kind::with_statement:
      return lower_with(state, node);
    case Kind::match_statement:
      return lower_match(state, node);
    case Kind::import_statement:
      return lower_import(state, node);
    case Kind::import_from_statement:
    case Kind::future_import_statement:
      return lower_import_from(state, node);
    case Kind::raise_statement:
      return lower_raise(state, node);
    case Kind::global_statement:
      return lower_scope_declaration(state, node, &ir::Function::globals);
    case Kind::nonlocal_statement:
      return lower_scope_declaration(state, node, &ir::Function::nonlocals);
    case Kind::delete_statement:
      for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
        remove_target(state, child);
      }
      return;
    case Kind::break_statement:
      state.emit(OpKind::break_, state.range(node));
      return;
    case Kind::continue_statement:
      state.emit(OpKind::continue_, state.range(node));
      return;
    case Kind::assert_statement:
    case Kind::print_statement:
    case Kind::exec_statement:
      return evaluate_children(state, node);
    case Kind::type_alias_statement:
      return lower_type_alias(state, node);
    case Kind::pass_statement:
      return;
    case Kind::block:
      return lower_block(state, node);
    case Kind::error:
      return lower_error(state, node);
    default:
      evaluate(state, node);
  }
}

}  // namespace

void lower_errors_within(State& state, NodeIndex node) {
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::error) lower_error(state, child);
  }
}

void lower_statement(State& state, NodeIndex node) {
  const Descent descent(state);
  if (!descent) return;
  const TextRange outer = state.statement;
  state.statement = state.range(node);
  if (state.facts.has_error && state.kind(node) != Kind::error && state.kind(node) != Kind::block) {
    lower_errors_within(state, node);
  }
  lower_one_statement(state, node);
  state.statement = outer;
}

void lower_block(State& state, NodeIndex block) {
  for (NodeIndex child = state.node(block).first_child; child != 0; child = state.node(child).next) {
    lower_statement(state, child);
  }
}

void lower_error(State& state, NodeIndex node) {
  const Descent descent(state);
  if (!descent) return;
  for (NodeIndex child = state.node(node).first_child; child != 0; child = state.node(child).next) {
    lower_statement(state, child);
  }
}

}  // namespace analysis::lowering
