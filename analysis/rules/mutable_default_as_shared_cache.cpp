// Finds default arguments that keep what one call puts into them for the calls of other threads.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
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

/// What is wrong with one default, and where it is changed.
struct ChangedDefault {
  FunctionId maker;  // the function whose default it is
  std::string name;  // of the parameter
  FunctionId changer;
  TextRange change;
  TextRange test;  // that finds no entry where the change stores one; empty: there is none
};

/// The condition around a change that asks whether the default has the entry: then it is a cache.
TextRange cache_test(const FunctionSymbol& function, const ir::Op& change, ir::NameId parameter) {
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != OpKind::branch || !op.block.contains(change.range)) continue;
    for (std::uint32_t i = 0; i < op.test_count; ++i) {
      const ir::Test& test = function.facts->tests[op.first_test + i];
      if (test.key && is_place_of(function, test.place, parameter, 0)) return function.absolute(op.range);
    }
  }
  return {};
}

std::vector<Step> steps_of(const RuleContext& context, const ChangedDefault& found) {
  const auto& [maker, name, id, change, test] = found;
  if (!test.empty()) {
    return {make_step(context, 1, StepAccess::test, id, name, "finds no entry", test),
            make_step(context, 2, StepAccess::item_write, id, name, "finds none either, and stores its own", change),
            make_step(context, 1, StepAccess::item_write, id, name, "works the entry out again", change)};
  }
  return {make_step(context, 1, StepAccess::call, id, name, "changes the default, for its own call", change),
          make_step(context, 2, StepAccess::call, id, name,
                    "changes the same object, with what thread 1 put there still in it", change)};
}

void add_finding(const RuleContext& context, const ChangedDefault& found, std::vector<Finding>& findings) {
  const std::string maker = context.model.function(found.maker).qualified_name;
  const bool is_cache = !found.test.empty();
  const std::string message =
      is_cache
          ? fmt::format(
                "the default of `{}` is a cache for all calls of `{}` and all threads: two that find no "
                "entry both work it out",
                found.name, maker)
          : fmt::format("the default of `{}` is one object for all calls of `{}` and all threads, and {} changes it",
                        found.name, maker, quoted(context, found.change));
  findings.push_back({.rule = &mutable_default_as_shared_cache,
                      .severity = is_cache ? Severity::hint : Severity::warning,
                      .effect = is_cache ? Effect::duplicate_work : Effect::leak_between_requests,
                      .breaks_on = BreaksOn::every_build,
                      .range = found.change,
                      .message = message,
                      .evidence = "default arguments are shared by all threads",
                      .symbol = context.module_name + "." + maker + "." + found.name,
                      .interleaving = steps_of(context, found),
                      .fixes = {},
                      .fingerprint = 0});
}

/// The parameter's name, or nothing when its default is no container or not shared: that of a function inside another
/// is made by each call of the outer one.
std::string_view shared_default(const RuleContext& context, const FunctionSymbol& function,
                                const ir::Parameter& parameter) {
  if (!parameter.name || !parameter.default_value) return {};
  if (!is_container(*function.facts, function.facts->values[parameter.default_value.index])) return {};
  const bool is_inner =
      function.parent && context.model.function(function.parent).code->kind == ir::FunctionKind::function;
  return is_inner ? std::string_view() : context.model.symbols.text(function, parameter.name);
}

void check_function(const RuleContext& context, FunctionId id, std::vector<Finding>& findings) {
  const FunctionSymbol& function = context.model.function(id);
  for (const ir::Parameter& parameter : function.code->parameters) {
    const std::string_view name = shared_default(context, function, parameter);
    if (name.empty()) continue;
    const ir::Op* change = find_change(function, parameter.name);
    if (change == nullptr || phase_of(context.model, id) != Phase::run) continue;
    if (!is_in_module(context, function.absolute(change->range))) continue;
    add_finding(context,
                {.maker = id,
                 .name = std::string(name),
                 .changer = id,
                 .change = function.absolute(change->range),
                 .test = cache_test(function, *change, parameter.name)},
                findings);
  }
}

/// The parameter with a shared default that an attribute is bound to: `self.rows = rows`; null if there is none.
const ir::Parameter* bound_default(const RuleContext& context, const CellTable::Binding& binding) {
  if (!binding.op->value || binding.op->kind != OpKind::bind) return nullptr;
  const FunctionSymbol& function = context.model.function(binding.function);
  const ir::Value& value = function.facts->values[binding.op->value.index];
  if (value.kind != ir::ValueKind::place) return nullptr;
  for (const ir::Parameter& parameter : function.code->parameters) {
    if (shared_default(context, function, parameter).empty()) continue;
    if (!is_place_of(function, value.place, parameter.name, 0)) continue;
    const bool is_replaced = std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
      return op.kind == OpKind::bind && is_place_of(function, op.place, parameter.name, 0);
    });
    return is_replaced ? nullptr : &parameter;
  }
  return nullptr;
}

/// Objects that keep the default as their own, and change it.
void check_attribute(const RuleContext& context, CellId cell, std::vector<Finding>& findings) {
  const auto& accesses = context.accesses[cell.index];
  const auto change = std::ranges::find_if(accesses, [&](const Access* access) {
    const bool is_element = access->kind == AccessKind::item_write || access->kind == AccessKind::item_delete;
    return access->locks.empty() && is_in_module(context, access->range) &&
           ((access->kind == AccessKind::mutate && access->depth == 0) || (is_element && access->depth == 1));
  });
  if (change == accesses.end()) return;
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    const ir::Parameter* parameter = bound_default(context, binding);
    if (parameter == nullptr) continue;
    const std::string name(context.model.symbols.text(context.model.function(binding.function), parameter->name));
    add_finding(context, {binding.function, name, (*change)->function, (*change)->range, {}}, findings);
    return;
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const bool is_function = context.model.symbols.functions[i].code->kind == ir::FunctionKind::function;
    if (is_function && context.model.functions[i].entry_locks.empty()) check_function(context, FunctionId{i}, findings);
  }
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const bool is_attribute = context.model.cells.cell(CellId{i}).kind == CellKind::instance_attribute;
    if (is_attribute) check_attribute(context, CellId{i}, findings);
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
