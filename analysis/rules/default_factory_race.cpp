// Finds values that are made when they are first asked for: by the factory of a `defaultdict`, by `__missing__` and by
// `__getattr__`. Two threads that ask at once get different ones.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/made_value.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule default_factory_race;

namespace {

/// A callable that is written in Python.
struct PythonCode {
  bool is_known = false;  // a lambda, or a function or class of this program
  FunctionId function;    // what runs when it is called; none if a class has no constructor
};

PythonCode python_code(const ConcurrencyModel& model, FunctionId in, const ir::Value& value) {
  if (value.kind == ir::ValueKind::lambda) return {true, {}};
  if (value.kind != ir::ValueKind::place) return {};
  const ir::Place& place = model.function(in).facts->places[value.place.index];
  if (!place.root) return {};
  const Origin origin = origin_of(model.symbols, in, place);
  if (origin.segments != place.segment_count) return {};
  if (const FunctionId function = function_named(model.symbols, origin.variable)) return {true, function};
  const ClassId made = class_named(model.symbols, origin.variable);
  const Name init = model.symbols.names.find("__init__");
  return {static_cast<bool>(made), made && init ? find_method(model.symbols, made, init) : FunctionId{}};
}

/// The factory of the `defaultdict` that a cell holds, if it runs Python code.
PythonCode factory_of(const ConcurrencyModel& model, CellId cell) {
  for (const CellTable::Binding& binding : bindings_of(model, cell)) {
    if (maker_of(model, binding) != "defaultdict") continue;
    const ir::StatementFacts& facts = *model.function(binding.function).facts;
    const ir::Value& value = facts.values[binding.op->value.index];
    if (value.kind != ir::ValueKind::call || facts.calls[value.call.index].argument_count == 0) continue;
    const ir::Argument& factory = facts.arguments[facts.calls[value.call.index].first_argument];
    const PythonCode code = python_code(model, binding.function, facts.values[factory.value.index]);
    if (code.is_known) return code;
  }
  return {};
}

/// `X[k].add(v)`, `X[k][j] = v`, `X[k].a = v`: what is changed may be made just for this.
bool changes_made_value(const Access& access) {
  if (access.is_indirect) return false;
  if (access.kind == AccessKind::item_write || access.kind == AccessKind::attribute_write) return 2 <= access.depth;
  return access.kind == AccessKind::mutate && 1 <= access.depth;
}

void check_defaultdict(const RuleContext& context, const Trace& body, const Access& access,
                       std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  if (context.settings.defaultdict_keeps_first) return;
  if (!changes_made_value(access) || !can_race(model, access.cell)) return;
  const PythonCode factory = factory_of(model, access.cell);
  if (!factory.is_known) return;
  if (is_reported(context, default_factory_race, access.cell, access.function, findings)) return;
  if (!may_run_on_threads(model, body.root)) return;
  const bool is_there = std::ranges::any_of(body.presences, [&](const Guard& guard) {
    return guard.part.cell == access.cell && guard.part.key && is_within(body, access.context, guard.region);
  });
  if (is_there) return;
  const Access* rival = find_rival(context, access.cell, access.function, [&](const Trace&, const Access& other) {
    return changes_made_value(other) && are_unexcluded(model, access.locks, other.locks);
  });
  if (rival == nullptr) return;
  Weight weight =
      weigh(context, access.cell, {Severity::warning, Severity::information, Severity::hint}, access.function);
  if (!weight.is_reported) return;
  const CellPart part{access.cell, access.key};
  // The look-up itself has stored the object when it is over.
  const std::string first = "has an object made for a new key";
  auto inside = factory.function ? make_entry(context, 1, factory.function, first) : std::nullopt;
  findings.push_back({.rule = &default_factory_race,
                      .severity = weight.severity,
                      .effect = Effect::lost_update,
                      .breaks_on = BreaksOn::every_build,
                      .range = access.range,
                      .message = fmt::format(
                          "the factory of `{}` runs Python code: two threads that ask for a new key at once get two "
                          "objects, and what this puts into the first is lost",
                          model.name_of(access.cell)),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, access.cell),
                      .interleaving = {inside ? *std::move(inside)
                                              : make_step(context, 1, StepAccess::item_read, access.function, part,
                                                          first, access.range),
                                       make_step(context, 2, StepAccess::item_read, rival->function, part,
                                                 "finds the key missing still, and has another one made", rival->range),
                                       make_step(context, 1, step_access(access), access.function, part,
                                                 "changes its own, which the other has replaced", access.range)},
                      .fixes = {},
                      .fingerprint = 0});
}

/// `setattr(self, name, value)` in `__getattr__(self, name)`.
bool stores_attribute(const ConcurrencyModel& model, const FunctionSymbol& function, const ir::Op& op) {
  if (op.kind != ir::OpKind::call) return false;
  const ir::StatementFacts& facts = *function.facts;
  const ir::Call& call = facts.calls[op.call.index];
  const std::string_view callee = last_name(facts, facts.places[call.callee.index]);
  if ((callee != "setattr" && callee != "__setattr__") || call.argument_count != 3) return false;
  const auto names = [&](std::uint32_t index, ir::NameId parameter) {
    const ir::Value& value = facts.values[facts.arguments[call.first_argument + index].value.index];
    if (value.kind != ir::ValueKind::place) return false;
    const ir::Place& place = facts.places[value.place.index];
    return place.segment_count == 0 &&
           model.symbols.name(function, place.root) == model.symbols.name(function, parameter);
  };
  const std::vector<ir::Parameter>& parameters = function.code->parameters;
  return names(0, parameters[0].name) && names(1, parameters[1].name);
}

/// Whether a `with` of something named like a lock holds the op.
bool is_in_lock(const FunctionSymbol& function, const ir::Op& op) {
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& with) {
    if (with.kind != ir::OpKind::with || !with.value || !with.block.contains(op.range)) return false;
    const ir::Value& manager = function.facts->values[with.value.index];
    return manager.place && is_lock_name(last_name(*function.facts, function.facts->places[manager.place.index]));
  });
}

void check_getattr(const RuleContext& context, FunctionId id, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const FunctionSymbol& function = model.function(id);
  if (!function.owner || function.code->parameters.size() != 2) return;
  if (model.symbols.text(function, function.code->name) != "__getattr__") return;
  for (const ir::Op& op : function.code->ops) {
    if (!stores_attribute(model, function, op) || is_in_lock(function, op)) continue;
    const ir::Call& call = function.facts->calls[op.call.index];
    const ir::Argument& stored = function.facts->arguments[call.first_argument + 2];
    const std::string_view maker = maker_behind(model.symbols, function, function.facts->values[stored.value.index]);
    // Objects have an identity; what a function gives may well be the same each time.
    if (maker.empty() || !std::ranges::any_of(maker.substr(0, 2), [](char c) { return 'A' <= c && c <= 'Z'; }))
      continue;
    Weight weight =
        weigh_objects(context, function.owner, {Severity::information, Severity::information, Severity::hint});
    if (!weight.is_reported) continue;
    const TextRange range = function.absolute(op.range);
    const std::string name = model.symbols.class_of(function.owner).name + ".__getattr__";
    const std::string setter = called_name(context, range);
    const auto first_step = [&](int thread, std::string text) {
      // There is one: what stores the attribute.
      return *make_entry(context, thread, id, std::move(text));
    };
    findings.push_back(
        {.rule = &default_factory_race,
         .severity = weight.severity,
         .effect = Effect::lost_update,
         .breaks_on = BreaksOn::every_build,
         .range = range,
         .message = fmt::format("`{}` may make the same attribute twice: two threads that ask for it at once get two "
                                "`{}` objects, and what is put into the first is lost",
                                name, maker),
         .evidence = std::move(weight.evidence),
         .symbol = context.module_name + "." + name,
         .interleaving = {first_step(1, "makes the attribute"), first_step(2, "makes it, too, for it is still missing"),
                          make_step(context, 1, StepAccess::call, id, setter, "stores its own", range),
                          make_step(context, 2, StepAccess::call, id, setter,
                                    "replaces that, which thread 1 goes on using", range)},
         .fixes = {},
         .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    check_getattr(context, body.root, findings);
    for (const Access& access : body.accesses) check_defaultdict(context, body, access, findings);
  }
}

}  // namespace

const Rule default_factory_race{
    .info = {.name = "default-factory-race",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "two threads that ask for a missing value at once each make one",
             .why = "The factory of a `defaultdict` is called when a key is missing, and its value stored afterwards. "
                    "While a factory that is written in Python runs, another thread may find the key missing, too, "
                    "and make a second value: each thread goes on with its own, and what one puts into it is lost. "
                    "The same holds for `__getattr__` that makes and stores a missing attribute. It happens on every "
                    "build of CPython; only `defaultdict` itself keeps the first value from 3.13.12, 3.14.3 and 3.15 "
                    "on, and is not reported where `target-version` is `py315`. `setdefault` stores in one step and "
                    "gives all callers the same value.",
             .bad = R"py(from collections import defaultdict

class Group:
    def __init__(self):
        self.members = []

_groups = defaultdict(Group)

def join(name, member):
    _groups[name].members.append(member)
)py",
             .good = R"py(class Group:
    def __init__(self):
        self.members = []

_groups = {}

def join(name, member):
    _groups.setdefault(name, Group()).members.append(member)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
