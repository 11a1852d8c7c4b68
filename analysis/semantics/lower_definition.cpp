// Functions, classes, lambdas, their parameters and decorators.
#include "analysis/semantics/lowering_state.h"

namespace analysis::lowering {
namespace {

using ir::OpKind;

/// A decorator is evaluated before the definition; its place is the callee's for `@f(…)`.
[[gnu::noinline]] void lower_decorators(State& state, NodeIndex decorated, std::vector<ir::PlaceId>& places) {
  for (NodeIndex child = state.node(decorated).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) != Kind::decorator) continue;
    const NodeIndex expression = state.operand(child, 0);
    if (expression == 0) continue;
    const ir::Value value = lower_expression(state, expression);
    if (value.kind == ir::ValueKind::place) places.push_back(value.place);
    if (value.kind == ir::ValueKind::call) places.push_back(state.facts.calls[value.call.index].callee);
  }
}

struct ParameterShape {
  NodeIndex name = 0;  // an identifier, or the tuple of Python 2's `def f((a, b))`
  NodeIndex default_value = 0;
  ir::Parameter::Kind kind = ir::Parameter::Kind::normal;
};

ParameterShape shape_of(const State& state, NodeIndex node) {
  using enum ir::Parameter::Kind;
  switch (state.kind(node)) {
    case Kind::identifier:
    case Kind::tuple_pattern:
      return {.name = node};
    case Kind::default_parameter:
    case Kind::typed_default_parameter:
      return {.name = state.operand(node, 0), .default_value = state.operand(node, 1)};
    case Kind::typed_parameter:
      return shape_of(state, state.operand(node, 0));
    case Kind::list_splat_pattern:
      return {.name = state.operand(node, 0), .kind = splat};
    case Kind::dictionary_splat_pattern:
      return {.name = state.operand(node, 0), .kind = double_splat};
    default:
      return {};
  }
}

std::vector<ir::Parameter> lower_parameters(State& state, NodeIndex list) {
  std::vector<ir::Parameter> parameters;
  bool only_keywords = false;
  if (list == 0) return parameters;
  for (NodeIndex child = state.node(list).first_child; child != 0; child = state.node(child).next) {
    if (state.kind(child) == Kind::keyword_separator) only_keywords = true;
    const ParameterShape shape = shape_of(state, child);
    if (shape.name == 0) continue;
    ir::Parameter& parameter = parameters.emplace_back();
    parameter.range = state.range(child);
    parameter.kind = shape.kind;
    if (state.kind(shape.name) == Kind::identifier) parameter.name = state.names.intern(state.slice(shape.name));
    if (shape.kind == ir::Parameter::Kind::normal && only_keywords) parameter.kind = ir::Parameter::Kind::keyword_only;
    if (shape.kind == ir::Parameter::Kind::splat) only_keywords = true;
    if (shape.default_value != 0) parameter.default_value = state.add(lower_expression(state, shape.default_value));
  }
  return parameters;
}

/// Inside a lambda of a comprehension its own parameters mean themselves again.
void hide_renamings(State& state, const std::vector<ir::Parameter>& parameters) {
  if (state.renamings.empty()) return;
  for (const ir::Parameter& parameter : parameters) {
    if (parameter.name) state.renamings.push_back({state.names.text(parameter.name), parameter.name});
  }
}

[[gnu::noinline]] void bind_tuple_parameters(State& state, NodeIndex list) {
  if (list == 0) return;
  for (NodeIndex child = state.node(list).first_child; child != 0; child = state.node(child).next) {
    const NodeIndex name = shape_of(state, child).name;
    if (name == 0 || state.kind(name) != Kind::tuple_pattern) continue;
    bind_target(state, name, ir::Value{.kind = ir::ValueKind::element, .range = state.range(child)},
                state.range(child));
  }
}

struct Definition {
  ir::FunctionIndex function;
  ir::ClassIndex class_index;
};

[[gnu::noinline]] void define(State& state, Definition definition, TextRange range, NodeIndex name) {
  ir::Op& op = state.emit(OpKind::define, range);
  op.function = definition.function;
  op.class_index = definition.class_index;
  if (name == 0) return;
  const ir::PlaceId place = state.add_name(state.resolve(state.slice(name)), state.range(name));
  const ir::Value value{.kind = definition.class_index ? ir::ValueKind::class_ : ir::ValueKind::function,
                        .function = definition.function,
                        .class_index = definition.class_index,
                        .range = range};
  state.emit_bind(place, state.add(value), range);
}

/// The name of a definition, 0 if it is not there.
NodeIndex name_of(const State& state, NodeIndex node) {
  const NodeIndex first = state.operand(node, 0);
  return first != 0 && state.kind(first) == Kind::identifier ? first : 0;
}

}  // namespace

void lower_decorated(State& state, NodeIndex node) {
  if (const NodeIndex function = state.child_of_kind(node, Kind::function_definition)) {
    return lower_function(state, function, node);
  }
  if (const NodeIndex definition = state.child_of_kind(node, Kind::class_definition)) {
    lower_class(state, definition, node);
  }
}

void lower_function(State& state, NodeIndex node, NodeIndex decorated) {
  std::vector<ir::PlaceId> decorators;
  if (decorated != node) lower_decorators(state, decorated, decorators);
  const NodeIndex name = name_of(state, node);
  const NodeIndex list = state.child_of_kind(node, Kind::parameters);
  const NodeIndex block = state.child_of_kind(node, Kind::block);
  std::vector<ir::Parameter> parameters = lower_parameters(state, list);

  const ir::FunctionIndex index = state.begin_function(ir::FunctionKind::function, state.range(node));
  {
    ir::Function& function = state.facts.functions[index.index];
    function.is_async = state.slice(node).starts_with("async");
    function.decorators = std::move(decorators);
    if (name != 0) function.name = state.names.intern(state.slice(name));
    if (name != 0) function.name_range = state.range(name);
    if (block != 0) function.body = state.range(block);
    if (!parameters.empty()) state.scope().first_parameter = parameters.front().name;
    function.parameters = std::move(parameters);
  }
  bind_tuple_parameters(state, list);
  if (block != 0) {
    lower_docstring(state, block, index);
    lower_block(state, block);
  }
  state.end_function();
  define(state, {.function = index, .class_index = {}}, state.range(node), name);
}

void lower_class(State& state, NodeIndex node, NodeIndex decorated) {
  const OpenClass open = begin_class(state, node, decorated);
  if (open.block != 0) lower_block(state, open.block);
  end_class(state, open, state.range(node));
}

OpenClass begin_class(State& state, NodeIndex node, NodeIndex decorated) {
  ir::Class made;
  if (decorated != node) lower_decorators(state, decorated, made.decorators);
  const NodeIndex name = name_of(state, node);
  const NodeIndex block = state.child_of_kind(node, Kind::block);
  if (const NodeIndex bases = state.child_of_kind(node, Kind::argument_list)) {
    for (NodeIndex child = state.node(bases).first_child; child != 0; child = state.node(child).next) {
      if (state.kind(child) == Kind::keyword_argument) {
        const NodeIndex operand = state.operand(child, 1);
        if (operand == 0) continue;
        const ir::Value value = lower_expression(state, operand);
        if (state.slice(state.operand(child, 0)) == "metaclass") made.metaclass = value.place;
        continue;
      }
      const ir::Value value = lower_expression(state, child);
      if (value.kind == ir::ValueKind::place) made.bases.push_back(value.place);
      if (value.kind == ir::ValueKind::call) made.bases.push_back(state.facts.calls[value.call.index].callee);
    }
  }
  made.parent = state.scope().function;
  made.range = state.range(node);
  if (name != 0) made.name = state.names.intern(state.slice(name));
  if (name != 0) made.name_range = state.range(name);
  const ir::ClassIndex class_index{static_cast<std::uint32_t>(state.facts.classes.size())};
  state.facts.classes.push_back(std::move(made));

  const ir::FunctionIndex body = state.begin_function(ir::FunctionKind::class_body, state.range(node));
  state.scope().class_body = class_index;
  state.facts.classes[class_index.index].body = body;
  ir::Function& function = state.facts.functions[body.index];
  function.owner = class_index;
  function.name = state.facts.classes[class_index.index].name;
  function.name_range = state.facts.classes[class_index.index].name_range;
  if (block != 0) {
    function.body = state.range(block);
    lower_docstring(state, block, body);
  }
  return {.index = class_index, .name = name, .block = block};
}

void end_class(State& state, const OpenClass& open, TextRange range) {
  ir::Class& made = state.facts.classes[open.index.index];
  ir::Function& body = state.facts.functions[made.body.index];
  made.range = range;
  body.range = range;
  state.end_function();
  define(state, {.function = {}, .class_index = open.index}, range, open.name);
}

ir::Value lower_lambda(State& state, NodeIndex node) {
  const NodeIndex list = state.child_of_kind(node, Kind::lambda_parameters);
  const NodeIndex body = state.operand(node, list != 0 ? 1 : 0);
  std::vector<ir::Parameter> parameters = lower_parameters(state, list);
  const ir::FunctionIndex index = state.begin_function(ir::FunctionKind::lambda, state.range(node));
  const std::size_t mark = state.renamings.size();
  hide_renamings(state, parameters);
  if (!parameters.empty()) state.scope().first_parameter = parameters.front().name;
  state.facts.functions[index.index].parameters = std::move(parameters);
  bind_tuple_parameters(state, list);
  if (body != 0) {
    state.facts.functions[index.index].body = state.range(body);
    const ir::ValueId value = state.add(lower_expression(state, body));
    state.emit(OpKind::return_, state.range(body)).value = value;
  }
  state.renamings.resize(mark);
  state.end_function();
  return {.kind = ir::ValueKind::lambda, .function = index, .range = state.range(node)};
}

}  // namespace analysis::lowering
