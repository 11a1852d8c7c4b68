#include "analysis/semantics/body_part.h"

#include <vector>

namespace analysis::lowering {
namespace {

using ir::OpKind;

template <class Item>
std::uint32_t size_of(const std::vector<Item>& table) {
  return static_cast<std::uint32_t>(table.size());
}

/// Where the tables of a part begin in those of the class, and what its names are there.
struct Placement {
  std::uint32_t shift;  // of ranges
  std::uint32_t places, segments, values, arguments, calls, tests, exceptions, imports;
  std::uint32_t functions, classes;  // of those that the part begins itself
  ir::FunctionIndex body;
  ir::ClassIndex owner;
  std::vector<ir::NameId> names;

  /// Nothing that is there has the empty range at 0: in front of a part is the head of its class.
  void apply(TextRange& range) const {
    if (range != TextRange{}) range = shifted(range, shift);
  }
  void apply(ir::NameId& name) const {
    if (name) name = names[name.index];
  }
  void apply(ir::PlaceId& id) const { move(id, places); }
  void apply(ir::ValueId& id) const { move(id, values); }
  void apply(ir::CallId& id) const { move(id, calls); }
  void apply(ir::ImportId& id) const { move(id, imports); }
  void apply(ir::FunctionIndex& id) const {
    if (id) id = id.index == 0 ? body : ir::FunctionIndex{functions + id.index - 1};
  }
  void apply(ir::ClassIndex& id) const {
    if (id) id = id.index == 0 ? owner : ir::ClassIndex{classes + id.index - 1};
  }

  void apply(ir::Place& place) const {
    apply(place.root);
    apply(place.root_call);
    place.first_segment += segments;
    apply(place.range);
  }
  void apply(ir::Segment& segment) const { apply(segment.name); }
  void apply(ir::Value& value) const {
    apply(value.place);
    apply(value.call);
    apply(value.function);
    apply(value.class_index);
    apply(value.import);
    apply(value.range);
  }
  void apply(ir::Argument& argument) const {
    apply(argument.keyword);
    apply(argument.value);
  }
  void apply(ir::Call& call) const {
    apply(call.callee);
    call.first_argument += arguments;
    apply(call.range);
  }
  void apply(ir::Test& test) const {
    apply(test.place);
    apply(test.key);
    apply(test.range);
  }
  void apply(ir::Import& import) const {
    apply(import.module);
    apply(import.member);
    apply(import.alias);
    apply(import.range);
  }
  void apply(ir::Op& op) const {
    apply(op.range);
    apply(op.block);
    apply(op.place);
    apply(op.value);
    apply(op.call);
    apply(op.function);
    apply(op.class_index);
    if (op.test_count != 0) op.first_test += op.kind == OpKind::handler ? exceptions : tests;
  }
  void apply(ir::Parameter& parameter) const {
    apply(parameter.name);
    apply(parameter.default_value);
    apply(parameter.range);
  }
  void apply(ir::Function& function) const {
    apply(function.name);
    apply(function.parent);
    apply(function.owner);
    apply_all(function.parameters);
    apply_all(function.globals);
    apply_all(function.nonlocals);
    apply_all(function.decorators);
    apply(function.range);
    apply(function.name_range);
    apply(function.body);
    apply_all(function.ops);
  }
  void apply(ir::Class& made) const {
    apply(made.name);
    apply(made.parent);
    apply(made.body);
    apply_all(made.bases);
    apply_all(made.decorators);
    apply(made.metaclass);
    apply(made.range);
    apply(made.name_range);
  }

  template <class Item>
  void apply_all(std::vector<Item>& items) const {
    for (Item& item : items) apply(item);
  }
  /// Adds the items from number `first` on.
  template <class Item>
  void append(std::vector<Item>& table, const std::vector<Item>& items, std::size_t first = 0) const {
    const std::size_t size = table.size();
    table.insert(table.end(), items.begin() + static_cast<std::ptrdiff_t>(first), items.end());
    for (std::size_t i = size; i < table.size(); ++i) apply(table[i]);
  }

 private:
  template <class Tag>
  static void move(Id<Tag>& id, std::uint32_t by) {
    if (id) id.index += by;
  }
};

/// The operations whose `end` is an index of operations.
bool has_end(OpKind kind) { return OpKind::branch <= kind; }

}  // namespace

BodyPart lower_part(State& state, const PartTree& part) {
  BodyPart made;
  made.origin = part.range.begin;
  state.clear();
  state.facts.has_error = part.has_error;
  state.facts.classes.emplace_back();
  const ir::FunctionIndex body = state.begin_function(ir::FunctionKind::class_body, {});
  state.scope().class_body = {0};
  state.facts.functions[body.index].owner = {0};
  {
    const Descent in_class(state);
    for (NodeIndex child = state.node(part.parent).first_child; child != 0; child = state.node(child).next) {
      const std::uint32_t begin = state.range(child).begin;
      if (part.range.begin <= begin && begin < part.range.end) lower_statement(state, child);
    }
  }
  state.end_function();
  made.code_names = size_of(state.names.names());
  lower_comments(state, part.range, /*begins_line=*/true);
  made.facts = state.finished();
  return made;
}

void append_part(State& state, const BodyPart& part, std::uint32_t begin) {
  ir::StatementFacts& facts = state.facts;
  const ir::StatementFacts& added = part.facts;
  Placement placement{.shift = begin - part.origin,
                      .places = size_of(facts.places),
                      .segments = size_of(facts.segments),
                      .values = size_of(facts.values),
                      .arguments = size_of(facts.arguments),
                      .calls = size_of(facts.calls),
                      .tests = size_of(facts.tests),
                      .exceptions = size_of(facts.exceptions),
                      .imports = size_of(facts.imports),
                      .functions = size_of(facts.functions),
                      .classes = size_of(facts.classes),
                      .body = state.scope().function,
                      .owner = state.scope().class_body,
                      .names = {}};
  placement.names.reserve(part.code_names);
  for (std::uint32_t i = 0; i < part.code_names; ++i) placement.names.push_back(state.names.intern(added.names[i]));
  placement.append(facts.places, added.places);
  placement.append(facts.segments, added.segments);
  placement.append(facts.values, added.values);
  placement.append(facts.arguments, added.arguments);
  placement.append(facts.calls, added.calls);
  placement.append(facts.tests, added.tests);
  placement.append(facts.exceptions, added.exceptions);
  placement.append(facts.imports, added.imports);
  placement.append(facts.functions, added.functions, 1);
  placement.append(facts.classes, added.classes, 1);

  const ir::Function& part_body = added.functions.front();
  ir::Function& body = facts.functions[placement.body.index];
  body.is_generator = body.is_generator || part_body.is_generator;
  placement.append(body.globals, part_body.globals);
  placement.append(body.nonlocals, part_body.nonlocals);
  std::vector<ir::Op>& ops = state.scope().ops;
  const std::size_t first = ops.size();
  placement.append(ops, part_body.ops);
  for (std::size_t i = first; i < ops.size(); ++i) {
    if (has_end(ops[i].kind)) ops[i].end += static_cast<std::uint32_t>(first);
  }
}

void append_directives(State& state, const BodyPart& part, std::uint32_t begin) {
  for (ir::Directive directive : part.facts.directives) {
    directive.range = shifted(directive.range, begin - part.origin);
    directive.text = state.names.intern(part.facts.names[directive.text.index]);
    state.facts.directives.push_back(directive);
  }
}

}  // namespace analysis::lowering
