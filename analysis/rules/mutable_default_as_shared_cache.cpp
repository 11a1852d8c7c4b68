// Finds default arguments that keep what one call puts into them for the calls of other threads.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule mutable_default_as_shared_cache;

namespace {

using ir::OpKind;

bool is_container(const ir::StatementFacts& facts, const ir::Value& value) {
  if (value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set)
    return true;
  const ContainerType made = container_made_by(maker_of(facts, value));
  return made != ContainerType::none && made != ContainerType::tuple;
}

bool is_place_of(const FunctionSymbol& function, ir::PlaceId id, ir::NameId name, std::uint32_t segments) {
  if (!id) return false;
  const ir::Place& place = function.facts->places[id.index];
  return place.root == name && place.segment_count == segments;
}

/// Whether the operation changes the object that the parameter came with.
bool changes(const FunctionSymbol& function, const ir::Op& op, ir::NameId parameter) {
  switch (op.kind) {
    case OpKind::bind:
    case OpKind::remove:
      return is_place_of(function, op.place, parameter, 1) &&
             function.facts->segments[function.facts->places[op.place.index].first_segment].kind ==
                 ir::Segment::Kind::item;
    case OpKind::augment:
      return is_place_of(function, op.place, parameter, 1);
    case OpKind::call: {
      const ir::Call& call = function.facts->calls[op.call.index];
      return is_place_of(function, call.callee, parameter, 1) &&
             mutation_by(last_name(*function.facts, function.facts->places[call.callee.index])) != Mutation::none;
    }
    default:
      return false;
  }
}

/// `with lock:` around the operation; what is held by other means is rare in functions with such defaults.
bool is_locked(const FunctionSymbol& function, const ir::Op& change) {
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != OpKind::with || !op.block.contains(change.range) || !op.value) return false;
    const ir::Value& value = function.facts->values[op.value.index];
    return value.kind == ir::ValueKind::place &&
           is_lock_name(last_name(*function.facts, function.facts->places[value.place.index]));
  });
}

/// The first change of the default itself; null when the name is given another object first, or nothing changes it.
const ir::Op* find_change(const FunctionSymbol& function, ir::NameId parameter) {
  for (const ir::Op& op : function.code->ops) {
    if (op.kind == OpKind::bind && is_place_of(function, op.place, parameter, 0)) return nullptr;
    if (changes(function, op, parameter)) return is_locked(function, op) ? nullptr : &op;
  }
  return nullptr;
}

std::vector<Step> steps(const RuleContext& context, FunctionId id, const std::string& name, TextRange change) {
  return {make_step(context, 1, StepAccess::call, id, name, "changes the default, for its own call", change),
          make_step(context, 2, StepAccess::call, id, name,
                    "changes the same object, with what thread 1 put there still in it", change)};
}

void check_function(const RuleContext& context, FunctionId id, std::vector<Finding>& findings) {
  const FunctionSymbol& function = context.model.function(id);
  for (const ir::Parameter& parameter : function.code->parameters) {
    if (!parameter.name || !parameter.default_value) continue;
    if (!is_container(*function.facts, function.facts->values[parameter.default_value.index])) continue;
    const ir::Op* change = find_change(function, parameter.name);
    if (change == nullptr || phase_of(context.model, id) != Phase::run) continue;
    const std::string name(context.model.symbols.text(function, parameter.name));
    const TextRange range = function.absolute(change->range);
    findings.push_back(
        {.rule = &mutable_default_as_shared_cache,
         .severity = Severity::warning,
         .effect = Effect::leak_between_requests,
         .breaks_on = BreaksOn::every_build,
         .range = range,
         .message = fmt::format("the default of `{}` is one object for all calls and threads, and {} changes it", name,
                                quoted(context, range)),
         .evidence = "default arguments are shared by all threads",
         .symbol = context.module_name + "." + function.qualified_name + "." + name,
         .interleaving = steps(context, id, name, range),
         .fixes = {},
         .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = context.model.symbols.functions[i];
    if (function.code->kind != ir::FunctionKind::function || !context.model.functions[i].entry_locks.empty()) continue;
    // The defaults of a function inside another are made by each call of that one.
    const bool is_inner =
        function.parent && context.model.function(function.parent).code->kind == ir::FunctionKind::function;
    if (!is_inner) check_function(context, FunctionId{i}, findings);
  }
}

}  // namespace

const Rule mutable_default_as_shared_cache{
    .info = {.name = "mutable-default-as-shared-cache",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a function changes the container that is the default of its argument",
             .why = "A default argument is made once, when the function is defined. What a call puts into it stays "
                    "there for all later calls, in all threads, whether it was meant as a cache or not. Take `None` as "
                    "the default and make the container in the function; for a cache use `functools.cache`, or a "
                    "module global with a lock.",
             .bad = R"py(def tag(name, attributes={}):
    attributes["name"] = name
    return render(attributes)
)py",
             .good = R"py(def tag(name, attributes=None):
    attributes = dict(attributes or {})
    attributes["name"] = name
    return render(attributes)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
