// Finds iterators that several threads advance.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/iterator_kind.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule shared_iterator;

namespace {

/// One place where an iterator gives its next element.
struct Advance {
  const Access* access = nullptr;  // that names the iterator
  TextRange range;
  IteratorKind kind = IteratorKind::unknown;
};

/// The access of `next(X)` that names the iterator: a cell, or an element of one.
const Access* named_in(const Trace& body, TextRange range) {
  const auto found = std::ranges::find_if(body.accesses, [&](const Access& access) {
    return access.range == range && (access.depth == 0 || (access.depth == 1 && access.key));
  });
  return found == body.accesses.end() ? nullptr : &*found;
}

/// `names_next`: whether the function's statement says `next` at all.
std::vector<Advance> advances_in(const ConcurrencyModel& model, const Trace& body, bool names_next) {
  std::vector<Advance> found;
  const FunctionSymbol& function = model.function(body.root);
  for (const ir::Op& op : function.code->ops) {
    if (!names_next || op.kind != ir::OpKind::call) continue;
    const ir::PlaceId place = advanced_by(model, body.root, function.facts->calls[op.call.index]);
    if (!place) continue;
    const Access* access = named_in(body, function.absolute(function.facts->places[place.index].range));
    if (access == nullptr || !can_race(model, access->cell)) continue;
    const IteratorKind kind = access->depth == 0 ? iterator_in(model, access->cell) : IteratorKind::unknown;
    // An object of an unknown class may lock by itself; what a container holds mostly does not.
    const bool may_lock = kind == IteratorKind::counter || (kind == IteratorKind::unknown && access->depth == 0);
    if (!may_lock) found.push_back({access, function.absolute(op.range), kind});
  }
  for (const Access& access : body.accesses) {
    if (access.kind != AccessKind::iterate || access.depth != 0 || access.method) continue;
    if (can_race(model, access.cell) && iterator_in(model, access.cell) == IteratorKind::generator)
      found.push_back({&access, access.range, IteratorKind::generator});
  }
  return found;
}

std::string harm_of(IteratorKind kind) {
  return kind == IteratorKind::generator ? "raises `ValueError` while the generator runs"
         : kind == IteratorKind::builtin ? "gets an element that another thread gets too, or none"
                                         : "raises `ValueError` if it is a generator that runs";
}

/// Where thread 1 is in the midst of advancing: in the code of the generator that the value makes, where that is of
/// this program. Nothing where it is not.
std::optional<Step> entry_of(const RuleContext& context, FunctionId in, const ir::Value& value) {
  const std::string text = "is in the generator";
  if (const FunctionId generator = generator_behind(context.model, in, value))
    return make_entry(context, 1, generator, text);
  if (!value.is_comprehension) return {};
  const FunctionSymbol& function = context.model.function(in);
  const auto call = call_for_element(function, function.absolute(value.range));
  if (!call) return {};
  return make_step(context, 1, StepAccess::call, in, called_name(context, *call), text, *call);
}

std::optional<Step> entry_in(const RuleContext& context, CellId cell) {
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    if (!binding.op->value) continue;
    const ir::Value& value = context.model.function(binding.function).facts->values[binding.op->value.index];
    if (auto entry = entry_of(context, binding.function, value)) return entry;
  }
  return {};
}

void add_entry(std::optional<Step> inside, std::vector<Step>& steps) {
  if (inside) steps.insert(steps.begin() + 1, *std::move(inside));
}

void report(const RuleContext& context, const Advance& advance, const std::vector<const Access*>& all,
            std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const Access& access = *advance.access;
  if (is_reported(context, shared_iterator, access.cell, access.function, findings)) return;
  if (!may_run_on_threads(model, access.function)) return;
  const Access* rival = find_rival(context, access.cell, access.function, [&](const Trace&, const Access& other) {
    return std::ranges::find(all, &other) != all.end() && are_unexcluded(model, access.locks, other.locks);
  });
  if (rival == nullptr) return;
  const Severity harm = advance.kind == IteratorKind::generator ? Severity::warning : Severity::information;
  const Severity possible = advance.kind == IteratorKind::builtin ? Severity::hint : Severity::information;
  Weight weight = weigh(context, access.cell, {harm, harm, possible}, access.function);
  if (!weight.is_reported) return;
  const CellPart part{access.cell, access.key};
  const std::string by = rival->function == access.function
                             ? std::string("a second thread")
                             : fmt::format("`{}`", model.function(rival->function).qualified_name);
  findings.push_back(
      {.rule = &shared_iterator,
       .severity = weight.severity,
       .effect = Effect::exception,
       .breaks_on = advance.kind == IteratorKind::builtin ? BreaksOn::free_threaded : BreaksOn::every_build,
       .range = advance.range,
       .message =
           fmt::format("`{}` is advanced here without a lock: when {} advances it at the same time, one of them {}",
                       model.name_of(access.cell), by, harm_of(advance.kind)),
       .evidence = std::move(weight.evidence),
       .symbol = symbol_of(context, access.cell),
       .interleaving = {make_step(context, 1, StepAccess::call, access.function, part, "advances it", advance.range),
                        make_step(context, 2, StepAccess::call, rival->function, part,
                                  "advances it before that has ended, and " + harm_of(advance.kind), rival->range)},
       .fixes = {},
       .fingerprint = 0});
  add_entry(entry_in(context, access.cell), findings.back().interleaving);
}

/// Whether a `with` of something named like a lock holds the place.
bool is_in_lock(const FunctionSymbol& function, TextRange range) {
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::with || !op.value || !op.block.contains(range)) return false;
    const ir::Value& manager = function.facts->values[op.value.index];
    return manager.place && is_lock_name(last_name(*function.facts, function.facts->places[manager.place.index]));
  });
}

/// Names of functions that run their argument later, on whatever thread they like.
bool schedules(std::string_view callee) { return callee.starts_with("schedule") || callee.starts_with("enqueue"); }

/// How a function that is defined in another gets to threads.
struct Handover {
  const ir::Call* call = nullptr;  // null: it does not
  bool starts_thread = false;
};

Handover handover_of(const ConcurrencyModel& model, FunctionId outer, FunctionId inner) {
  const FunctionSymbol& function = model.function(outer);
  for (const ir::Call& call : function.facts->calls) {
    const std::string_view callee = last_name(*function.facts, function.facts->places[call.callee.index]);
    if (!starts_thread(callee) && !schedules(callee)) continue;
    for (std::uint32_t i = 0; i < call.argument_count; ++i) {
      const ir::Value& value = function.facts->values[function.facts->arguments[call.first_argument + i].value.index];
      if (value.kind != ir::ValueKind::place) continue;
      const ir::Place& place = function.facts->places[value.place.index];
      if (place.segment_count != 0 || !place.root) continue;
      const Variable passed = look_up(model.symbols, outer, model.symbols.name(function, place.root));
      if (passed.owner == outer && function_named(model.symbols, passed) == inner)
        return {&call, starts_thread(callee)};
    }
  }
  return {};
}

/// The value that the function around gives a captured variable; null if none is seen.
const ir::Value* captured_value(const ConcurrencyModel& model, const Variable& variable) {
  const FunctionSymbol& owner = model.function(variable.owner);
  for (const ir::Op& op : owner.code->ops) {
    if (op.kind != ir::OpKind::bind || !op.place || !op.value) continue;
    const ir::Place& place = owner.facts->places[op.place.index];
    if (place.segment_count != 0 || model.symbols.name(owner, place.root) != variable.name) continue;
    return &owner.facts->values[op.value.index];
  }
  return nullptr;
}

/// `next(it)` in a function that is handed to threads, where `it` belongs to the function around.
void check_captured(const RuleContext& context, FunctionId id, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const FunctionSymbol& function = model.function(id);
  if (!function.parent || model.is_event_loop_code) return;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::call) continue;
    const ir::PlaceId advanced = advanced_by(model, id, function.facts->calls[op.call.index]);
    if (!advanced) continue;
    const ir::Place& place = function.facts->places[advanced.index];
    if (place.segment_count != 0 || !place.root || is_in_lock(function, op.range)) continue;
    const Variable variable = look_up(model.symbols, id, model.symbols.name(function, place.root));
    if (variable.owner != function.parent) continue;
    const ir::Value* const value = captured_value(model, variable);
    if (value == nullptr) continue;
    const IteratorKind kind = iterator_made_by(model, variable.owner, *value);
    if (kind == IteratorKind::unknown || kind == IteratorKind::counter) continue;
    const Handover handover = handover_of(model, function.parent, id);
    if (handover.call == nullptr) continue;
    const std::string name(model.symbols.names.text(variable.name));
    const TextRange range = function.absolute(op.range);
    const bool is_certain = handover.starts_thread && kind == IteratorKind::generator;
    const std::string_view taker = last_name(*function.facts, function.facts->places[handover.call->callee.index]);
    findings.push_back(
        {.rule = &shared_iterator,
         .severity = is_certain ? Severity::warning : Severity::information,
         .effect = Effect::exception,
         .breaks_on = BreaksOn::every_build,
         .range = range,
         .message = fmt::format("`{}` belongs to the function around, and all threads that run `{}` advance it without "
                                "a lock: one of them raises `ValueError` if it runs a generator",
                                name, function.qualified_name),
         .evidence = fmt::format("`{}` is handed to `{}`", function.qualified_name, taker),
         .symbol = context.module_name + "." + function.qualified_name + "." + name,
         .interleaving = {make_step(context, 1, StepAccess::call, id, name, "advances it", range),
                          make_step(context, 2, StepAccess::call, id, name,
                                    "advances it before that has ended, and raises `ValueError`", range)},
         .fixes = {},
         .fingerprint = 0});
    add_entry(entry_of(context, variable.owner, *value), findings.back().interleaving);
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  std::vector<std::vector<Advance>> advances;
  std::vector<const Access*> all;
  const std::vector<bool> names_next = statements_naming(model.symbols, {"next"});
  for (const Trace& body : model.bodies) {
    advances.push_back(advances_in(model, body, names_next[model.function(body.root).statement]));
    for (const Advance& advance : advances.back()) all.push_back(advance.access);
  }
  for (std::uint32_t i = 0; i < model.bodies.size(); ++i) {
    if (!is_of_module(context, FunctionId{i})) continue;
    for (const Advance& advance : advances[i]) report(context, advance, all, findings);
    if (names_next[model.symbols.functions[i].statement]) check_captured(context, FunctionId{i}, findings);
  }
}

}  // namespace

const Rule shared_iterator{
    .info = {.name = "shared-iterator",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "several threads advance one iterator",
             .why = "A generator that is running can not be advanced: a second thread that calls `next` meanwhile gets "
                    "`ValueError: generator already executing`. Iterators of builtin types give each element once "
                    "under the global lock of CPython, and may repeat or skip elements without it; these are reported "
                    "as information. `itertools.count` is safe. Hold a lock around `next`, or hand the elements out "
                    "through a `queue.Queue`.",
             .bad = R"py(def _names():
    number = 0
    while True:
        number += 1
        yield "job-" + str(number)

_free = _names()

def new_name():
    return next(_free)
)py",
             .good = R"py(import itertools

_numbers = itertools.count(1)

def new_name():
    return "job-" + str(next(_numbers))
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
