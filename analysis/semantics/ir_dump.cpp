#include "analysis/semantics/ir_dump.h"

#include <array>
#include <string_view>

namespace analysis {
namespace {

using ir::OpKind;
using ir::ValueKind;

std::string_view name(const ir::StatementFacts& facts, ir::NameId id) {
  return id ? std::string_view(facts.names[id.index]) : std::string_view();
}

std::string_view word(OpKind kind) {
  static constexpr std::array words{
      std::string_view("read"),     std::string_view("bind"),    std::string_view("augment"),
      std::string_view("remove"),   std::string_view("call"),    std::string_view("iterate"),
      std::string_view("define"),   std::string_view("await"),   std::string_view("yield"),
      std::string_view("return"),   std::string_view("raise"),   std::string_view("break"),
      std::string_view("continue"), std::string_view("branch"),  std::string_view("loop"),
      std::string_view("try"),      std::string_view("with"),    std::string_view("otherwise"),
      std::string_view("handler"),  std::string_view("finally"), std::string_view("end")};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word(ValueKind kind) {
  static constexpr std::array words{
      std::string_view("other"),    std::string_view("None"),   std::string_view("boolean"),
      std::string_view("number"),   std::string_view("string"), std::string_view("list"),
      std::string_view("dict"),     std::string_view("set"),    std::string_view("tuple"),
      std::string_view("lambda"),   std::string_view("place"),  std::string_view("call"),
      std::string_view("element"),  std::string_view("either"), std::string_view("import"),
      std::string_view("function"), std::string_view("class")};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word(ir::TestKind kind) {
  static constexpr std::array words{
      std::string_view("truth"),  std::string_view("none"),     std::string_view("length"),
      std::string_view("empty"),  std::string_view("sentinel"), std::string_view("contains"),
      std::string_view("exists"), std::string_view("call"),     std::string_view("other")};
  return words[static_cast<std::size_t>(kind)];
}

std::string dump_value(const ir::StatementFacts& facts, ir::ValueId id);

/// Arguments of calls in arguments are left out: text can nest without bound.
std::string dump_call(const ir::StatementFacts& facts, ir::CallId id) {
  const ir::Call& call = facts.calls[id.index];
  std::string text = dump_place(facts, call.callee) + "(";
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Argument& argument = facts.arguments[call.first_argument + i];
    if (i != 0) text += ", ";
    if (argument.is_splat) text += "*";
    if (argument.keyword) text.append(name(facts, argument.keyword)) += "=";
    text += dump_value(facts, argument.value);
  }
  return text + ")";
}

std::string dump_import(const ir::StatementFacts& facts, ir::ImportId id) {
  const ir::Import& import = facts.imports[id.index];
  std::string text = "import " + std::string(import.level, '.');
  text += name(facts, import.module);
  if (import.member) text.append(":").append(name(facts, import.member));
  return text;
}

std::string dump_value(const ir::StatementFacts& facts, ir::ValueId id) {
  if (!id) return "nothing";
  const ir::Value& value = facts.values[id.index];
  std::string text;
  switch (value.kind) {
    case ValueKind::place:
      return dump_place(facts, value.place);
    case ValueKind::import:
      return dump_import(facts, value.import);
    case ValueKind::lambda:
      return "lambda #" + std::to_string(value.function.index);
    case ValueKind::function:
      return "function #" + std::to_string(value.function.index);
    case ValueKind::class_:
      return "class #" + std::to_string(value.class_index.index);
    case ValueKind::call:
      return "result of " + dump_place(facts, facts.calls[value.call.index].callee);
    default:
      text = word(value.kind);
  }
  if (value.is_empty) text += " empty";
  if (value.is_comprehension) text += " comprehension";
  if (value.place) text += " of " + dump_place(facts, value.place);
  if (value.call)
    text += std::string(value.place ? " or" : " of") + " the result of " +
            dump_place(facts, facts.calls[value.call.index].callee);
  return text;
}

std::string dump_test(const ir::StatementFacts& facts, const ir::Test& test) {
  std::string text(word(test.kind));
  text += " " + dump_place(facts, test.place);
  if (test.key) text.append(" key ").append(name(facts, test.key));
  return text + (test.unset_when_true ? " unset if true" : " unset if false");
}

std::string dump_op(const ir::StatementFacts& facts, const ir::Op& op) {
  std::string text(word(op.kind));
  if (op.is_await_context) text += " async";
  if (op.is_expression) text += " expression";
  if (op.place) text += " " + dump_place(facts, op.place);
  if (op.call) text += " " + dump_call(facts, op.call);
  if (op.function) text += " function #" + std::to_string(op.function.index);
  if (op.class_index) text += " class #" + std::to_string(op.class_index.index);
  if (op.value) text += (op.place ? " = " : " ") + dump_value(facts, op.value);
  for (std::uint32_t i = 0; i < op.test_count; ++i) {
    text += i == 0 ? " [" : "; ";
    text += op.kind == OpKind::handler ? std::string(name(facts, facts.exceptions[op.first_test + i]))
                                       : dump_test(facts, facts.tests[op.first_test + i]);
  }
  if (op.test_count != 0) text += "]";
  return text;
}

bool opens(OpKind kind) {
  return kind == OpKind::branch || kind == OpKind::loop || kind == OpKind::try_ || kind == OpKind::with;
}
bool continues(OpKind kind) { return kind == OpKind::otherwise || kind == OpKind::handler || kind == OpKind::finally; }

std::string header(const ir::StatementFacts& facts, std::size_t index) {
  const ir::Function& function = facts.functions[index];
  static constexpr std::array kinds{std::string_view("module"), std::string_view("class"), std::string_view("function"),
                                    std::string_view("lambda")};
  std::string text = function.is_async ? "async " : "";
  text += kinds[static_cast<std::size_t>(function.kind)];
  if (function.kind != ir::FunctionKind::module) text += " #" + std::to_string(index);
  if (function.name) text.append(" ").append(name(facts, function.name));
  if (function.kind == ir::FunctionKind::function || function.kind == ir::FunctionKind::lambda) {
    text += "(";
    for (const ir::Parameter& parameter : function.parameters) {
      if (&parameter != &function.parameters.front()) text += ", ";
      if (parameter.kind == ir::Parameter::Kind::splat) text += "*";
      if (parameter.kind == ir::Parameter::Kind::double_splat) text += "**";
      text += parameter.name ? name(facts, parameter.name) : std::string_view("(…)");
      if (parameter.kind == ir::Parameter::Kind::keyword_only) text += " by keyword";
      if (parameter.default_value) text += " = " + dump_value(facts, parameter.default_value);
    }
    text += ")";
  }
  if (function.kind == ir::FunctionKind::class_body) {
    const ir::Class& owner = facts.classes[function.owner.index];
    text += " class #" + std::to_string(function.owner.index) + "(";
    for (const ir::PlaceId base : owner.bases) {
      if (&base != &owner.bases.front() && base != owner.bases.front()) text += ", ";
      text += dump_place(facts, base);
    }
    text += ")";
    if (owner.metaclass) text += " metaclass " + dump_place(facts, owner.metaclass);
    for (const ir::PlaceId decorator : owner.decorators) text += " @" + dump_place(facts, decorator);
  } else if (function.owner) {
    text += " of class #" + std::to_string(function.owner.index);
  }
  for (const ir::PlaceId decorator : function.decorators) text += " @" + dump_place(facts, decorator);
  if (function.is_generator) text += " generator";
  if (function.mentions_threads) text += " mentions threads";
  if (function.says_lock_is_held) text += " lock is held";
  for (const ir::NameId global : function.globals) text.append(" global ").append(name(facts, global));
  for (const ir::NameId nonlocal : function.nonlocals) text.append(" nonlocal ").append(name(facts, nonlocal));
  return text;
}

}  // namespace

std::string dump_place(const ir::StatementFacts& facts, ir::PlaceId id) {
  if (!id) return "nowhere";
  // Roots that are calls have callees that may have such roots again; the text is put together from the end.
  std::string text;
  for (;;) {
    const ir::Place& place = facts.places[id.index];
    std::string part = place.is_global_lookup ? "globals:" : "";
    if (place.root) part += name(facts, place.root);
    if (!place.root && !place.root_call) part += "…";
    std::string path;
    for (std::uint32_t i = 0; i < place.segment_count; ++i) {
      const ir::Segment& segment = facts.segments[place.first_segment + i];
      const std::string_view own = segment.name ? name(facts, segment.name) : std::string_view("…");
      path += segment.kind == ir::Segment::Kind::attribute ? "." + std::string(own) : "[" + std::string(own) + "]";
    }
    text = part + (place.root_call ? "()" : "") + path + text;
    if (!place.root_call) return text;
    id = facts.calls[place.root_call.index].callee;
  }
}

std::string dump(const ir::StatementFacts& facts) {
  std::string text;
  for (std::size_t i = 0; i < facts.functions.size(); ++i) {
    text += header(facts, i) + "\n";
    std::size_t depth = 1;
    for (const ir::Op& op : facts.functions[i].ops) {
      const bool is_outer = op.kind == OpKind::end || continues(op.kind);
      if (is_outer) --depth;
      text += std::string(2 * depth, ' ') + dump_op(facts, op) + "\n";
      if (opens(op.kind) || continues(op.kind)) ++depth;
    }
  }
  for (const ir::Directive& directive : facts.directives) {
    text += directive.is_own_line ? "directive on its own line: " : "directive: ";
    text.append(name(facts, directive.text)) += "\n";
  }
  return text;
}

}  // namespace analysis
