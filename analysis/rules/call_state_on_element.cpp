// Finds elements of containers that live longer than a call and that are given what belongs to one call.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/rules/argument_flow.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {

extern const Rule call_state_on_element;

namespace {

using ir::OpKind;

struct Code {
  const RuleContext& context;
  FunctionId id;
  const FunctionSymbol& symbol;
  std::vector<std::string_view> arguments;  // names that hold arguments or what was made of them
};

/// An element in a local variable, what is stored on it, and what is done with it afterwards.
struct Stored {
  const ir::Op* store = nullptr;
  const ir::Op* use = nullptr;
  std::string_view element;  // the variable
  std::string_view name;     // what is stored, or the method that stores it
};

const ir::Place& callee_of(const Code& code, const ir::Op& op) {
  return code.symbol.facts->places[code.symbol.facts->calls[op.call.index].callee.index];
}

std::string_view root_of(const Code& code, const ir::Place& place) {
  return place.root ? code.context.model.symbols.text(code.symbol, place.root) : std::string_view();
}

bool is_receiver(const Code& code, std::string_view name) {
  return code.symbol.receiver == Receiver::instance &&
         name == code.context.model.symbols.names.text(code.symbol.receiver_name);
}

/// `set_context`, `set_request`: methods that tell an object for whom it works.
bool tells_context(std::string_view method) {
  static constexpr std::array<std::string_view, 9> parts{"context",    "request", "environ", "current", "user",
                                                         "serializer", "session", "owner",   "locale"};
  return method.starts_with("set_") && std::ranges::any_of(parts, [&](std::string_view part) {
           return method.find(part, 4) != std::string_view::npos;
         });
}

/// Whether the value of a loop's target comes out of a container that was there before the call: an attribute of the
/// object, or an argument that is not the request itself.
bool comes_from_outside(const Code& code, const ir::Value& value) {
  if (value.kind != ir::ValueKind::element) return false;
  const ir::StatementFacts& facts = *code.symbol.facts;
  if (!value.place && !value.call) return false;
  const ir::Place& place =
      value.place ? facts.places[value.place.index] : facts.places[facts.calls[value.call.index].callee.index];
  const std::string_view root = root_of(code, place);
  if (root.empty() || is_request_name(root)) return false;
  if (is_receiver(code, root)) return 0 < place.segment_count;
  return place.segment_count == (value.place ? 0U : 1U) &&
         std::ranges::find(code.arguments, root) != code.arguments.end();
}

bool stores_on(const Code& code, const ir::Op& op, Stored& stored) {
  const ir::StatementFacts& facts = *code.symbol.facts;
  if (op.kind == OpKind::bind && op.place && op.value) {
    const ir::Place& place = facts.places[op.place.index];
    if (place.segment_count != 1 || root_of(code, place) != stored.element) return false;
    stored.name = last_name(facts, place);
    return is_request_name(stored.name) && is_computed_of(code.symbol, facts.values[op.value.index], code.arguments);
  }
  if (op.kind != OpKind::call) return false;
  const ir::Place& callee = callee_of(code, op);
  if (callee.segment_count != 1 || root_of(code, callee) != stored.element) return false;
  stored.name = last_name(facts, callee);
  return tells_context(stored.name) && 0 < facts.calls[op.call.index].argument_count;
}

/// Whether an operation stores on some element, whichever it is. Few functions have one, and it costs little to see.
bool may_store(const Code& code, const ir::Op& op) {
  const ir::StatementFacts& facts = *code.symbol.facts;
  if (op.kind == OpKind::bind && op.place) {
    const ir::Place& place = facts.places[op.place.index];
    return place.segment_count == 1 && is_request_name(last_name(facts, place));
  }
  return op.kind == OpKind::call && callee_of(code, op).segment_count == 1 &&
         tells_context(last_name(facts, callee_of(code, op)));
}

/// The rest of the loop: calls of the element or of its methods.
bool calls_element(const Code& code, const ir::Op& op, std::string_view element) {
  return op.kind == OpKind::call && root_of(code, callee_of(code, op)) == element;
}

bool rebinds(const Code& code, const ir::Op& op, std::string_view element) {
  if (op.kind != OpKind::bind || !op.place) return false;
  const ir::Place& place = code.symbol.facts->places[op.place.index];
  return place.segment_count == 0 && root_of(code, place) == element;
}

Stored examine(const Code& code, std::size_t index) {
  const std::vector<ir::Op>& ops = code.symbol.code->ops;
  const ir::Op& target = ops[index];
  Stored stored;
  if (target.kind != OpKind::bind || !target.place || !target.value) return {};
  if (!comes_from_outside(code, code.symbol.facts->values[target.value.index])) return {};
  const ir::Place& place = code.symbol.facts->places[target.place.index];
  if (place.segment_count != 0) return {};
  stored.element = root_of(code, place);
  if (stored.element.empty()) return {};
  for (std::size_t i = index + 1; i < ops.size(); ++i) {
    // A copy belongs to the call.
    if (rebinds(code, ops[i], stored.element)) return {};
    if (stored.store != nullptr && calls_element(code, ops[i], stored.element)) {
      stored.use = &ops[i];
      return stored;
    }
    if (stored.store == nullptr && stores_on(code, ops[i], stored)) stored.store = &ops[i];
  }
  return {};
}

void report(const Code& code, const Stored& stored, std::vector<Finding>& findings) {
  const RuleContext& context = code.context;
  const std::string name = fmt::format("{}.{}", stored.element, stored.name);
  const TextRange store = code.symbol.absolute(stored.store->range);
  const TextRange use = code.symbol.absolute(stored.use->range);
  findings.push_back(
      {.rule = &call_state_on_element,
       .severity = Severity::information,
       .effect = Effect::leak_between_requests,
       .breaks_on = code.symbol.code->is_async ? BreaksOn::await : BreaksOn::every_build,
       .range = store,
       .message = fmt::format("`{}` puts what belongs to this call on an object that was there before it: another "
                              "thread that works with the same object replaces it before {} uses it",
                              name, line_of(context, use.begin)),
       .evidence = fmt::format("`{}` comes out of a container that lives longer than the call", stored.element),
       .symbol = context.module_name + "." + std::string(stored.name),
       .interleaving = {make_step(context, 1, StepAccess::write, code.id, name, "stores what belongs to its call",
                                  store),
                        make_step(context, 2, StepAccess::write, code.id, name,
                                  "stores its own over it, for another call", store),
                        make_step(context, 1, StepAccess::call, code.id, std::string(stored.element),
                                  "works with what belongs to the other call", use)},
       .fixes = {},
       .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& symbol = context.model.symbols.functions[i];
    if (symbol.code->kind != ir::FunctionKind::function || !is_of_module(context, FunctionId{i})) continue;
    if (is_test_code(context, symbol) || context.model.functions[i].is_construction) continue;
    Code code{context, FunctionId{i}, symbol, {}};
    const bool has_loop =
        std::ranges::any_of(symbol.code->ops, [](const ir::Op& op) { return op.kind == OpKind::loop; });
    if (!has_loop || std::ranges::none_of(symbol.code->ops, [&](const ir::Op& op) { return may_store(code, op); })) {
      continue;
    }
    code.arguments = names_from_arguments(symbol);
    for (std::size_t k = 0; k < symbol.code->ops.size(); ++k) {
      const Stored stored = examine(code, k);
      if (stored.use == nullptr || !may_run_on_threads(context.model, code.id)) continue;
      if (is_locked_within(context.model, code.id, symbol.absolute({stored.store->range.begin, stored.use->range.end})))
        continue;
      report(code, stored, findings);
    }
  }
}

}  // namespace

const Rule call_state_on_element{
    .info = {.name = "call-state-on-element",
             .severity = Severity::information,
             .is_preview = false,
             .summary = "an object that lives longer than the call is told for whom it works",
             .why = "A method goes through objects that its own object keeps, or that it was given, tells each of them "
                    "the request or context it works for, and calls it. All threads have the same objects: another "
                    "one replaces the context before the call, which then answers for somebody else. Pass the context "
                    "as an argument, or work with a copy.",
             .bad = R"py(class Field:
    def __init__(self, validators):
        self.validators = validators

    def validate(self, value, request):
        for validator in self.validators:
            validator.set_request(request)
            validator(value)
)py",
             .good = R"py(class Field:
    def __init__(self, validators):
        self.validators = validators

    def validate(self, value, request):
        for validator in self.validators:
            validator(value, request)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
