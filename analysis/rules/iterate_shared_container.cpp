// Finds loops over containers that another thread changes meanwhile.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule iterate_shared_container;

namespace {

constexpr std::array<std::string_view, 2> size_errors{"RuntimeError", "ValueError"};

/// A loop and what it walks through.
struct Walk {
  const Access* loop = nullptr;
  ContainerType type = ContainerType::none;
  bool is_checked = false;  // the container notices that its size changed: dict, set, deque
};

bool is_snapshot_in_python_2(std::string_view view) { return view == "items" || view == "keys" || view == "values"; }

/// Whether the loop goes through what the cell held before: `old = X; X = []; for each in old`. Who changes the
/// container through the cell changes the new one.
bool is_detached(const Trace& body, const Access& loop) {
  if (!loop.is_indirect) return false;
  for (const Access* access = &loop; access != body.accesses.data();) {
    --access;
    if (access->cell != loop.cell || access->depth != 0 || access->is_indirect) continue;
    if (access->kind == AccessKind::read) return false;
    if (access->kind == AccessKind::rebind) return is_within(body, loop.context, access->context);
  }
  return false;
}

/// Nothing (`loop` is null) when the loop walks through a copy, or through an object of unknown kind.
Walk walk_of(const RuleContext& context, const Access& access) {
  const ConcurrencyModel& model = context.model;
  // Below the container itself, only an element under a named key is one place: slices are copies.
  if (1 < access.depth || (access.depth == 1 && !access.key) || !can_race(model, access.cell)) return {};
  const std::string_view view = model.symbols.names.text(access.method);
  if (is_snapshot_in_python_2(view) && model.is_python_2) return {};
  Walk walk{&access, ContainerType::none, false};
  if (access.depth == 0) {
    const HeldContainer held = container_in(model, access.cell);
    if (!held.is_known || held.type == ContainerType::tuple) return {};
    walk.type = held.type;
  }
  if (access.method) walk.type = ContainerType::dict;
  walk.is_checked = walk.type == ContainerType::dict || walk.type == ContainerType::set;
  return walk;
}

/// What disturbs the loop: removing always, adding where the container counts its elements.
bool disturbs(const RuleContext& context, const Walk& walk, const Access& access) {
  const Access& loop = *walk.loop;
  if (!are_unexcluded(context.model, loop.locks, access.locks)) return false;
  if (removes_elements(access, loop.depth)) return true;
  return walk.is_checked && adds_elements(access, loop.depth);
}

/// `X[k] = v` where `k` is in `X` already: it was asked for, or comes from a loop over `X`.
bool replaces_element(const ConcurrencyModel& model, const Trace& body, const Access& access) {
  if (access.kind != AccessKind::item_write || !access.key) return false;
  const bool is_found = std::ranges::any_of(body.presences, [&](const Guard& guard) {
    return guard.part == CellPart{access.cell, access.key} && is_within(body, access.context, guard.region);
  });
  if (is_found) return true;
  const ContextId loop = loop_within(body, access.context, {});
  if (!loop || body.contexts[loop.index].op == nullptr) return false;
  const TextRange iterated = model.function(access.function).absolute(body.contexts[loop.index].op->range);
  return std::ranges::any_of(body.accesses, [&](const Access& other) {
    return other.cell == access.cell && other.kind == AccessKind::iterate && iterated.contains(other.range);
  });
}

/// Functions that are called where an application is put together, mostly while modules are imported.
bool is_registration(std::string_view function) {
  return function.find("regist") != std::string_view::npos || function.starts_with("add_") ||
         function.starts_with("install") || function.starts_with("set_") || function.starts_with("setup");
}

const Access* find_disturbance(const RuleContext& context, const Walk& walk, bool with_registrations) {
  const ConcurrencyModel& model = context.model;
  return find_rival(context, walk.loop->cell, walk.loop->function, [&](const Trace& body, const Access& access) {
    if (!disturbs(context, walk, access) || replaces_element(model, body, access)) return false;
    if (body.root == walk.loop->function && access.range == walk.loop->range) return false;
    const FunctionSymbol& function = model.function(body.root);
    return with_registrations || removes_elements(access, walk.loop->depth) ||
           !is_registration(model.symbols.text(function, function.code->name));
  });
}

std::vector<Step> steps_of(const RuleContext& context, const Walk& walk, const Access& change) {
  const CellPart part{walk.loop->cell, {}};
  const std::string disturbance =
      removes_elements(change, walk.loop->depth) ? "takes an element out" : "adds an element";
  const std::string harm = walk.is_checked ? "goes on, and raises `RuntimeError`" : "goes on, and skips an element";
  std::vector<Step> steps;
  steps.push_back(
      make_step(context, 1, StepAccess::iterate, walk.loop->function, part, "begins to iterate", walk.loop->range));
  steps.push_back(make_step(context, 2, step_access(change), change.function, part, disturbance, change.range));
  steps.push_back(make_step(context, 1, StepAccess::iterate, walk.loop->function, part, harm, walk.loop->range));
  return steps;
}

/// A table of the interpreter or of the standard library that all threads add to.
struct ProcessTable {
  std::string_view place;   // as it is written, or how that ends
  std::string_view symbol;  // as messages call it
  std::string_view change;  // what adds to it
  std::string_view changed;
};
constexpr std::array<ProcessTable, 2> process_tables{
    {{"sys.modules", "sys.modules", "imports a module", "has imported a module"},
     {".manager.loggerDict", "logging.root.manager.loggerDict", "makes a logger", "has made a logger"}}};

/// The table that an expression walks through: itself or one of its views. Null for copies and everything else.
const ProcessTable* table_walked_by(std::string_view iterated) {
  for (const std::string_view view : {".items()", ".values()", ".keys()"}) {
    if (!iterated.ends_with(view)) continue;
    iterated.remove_suffix(view.size());
    break;
  }
  const bool is_place = iterated.find_first_of("()[]{} ") == std::string_view::npos;
  const auto table = std::ranges::find_if(process_tables, [&](const ProcessTable& each) {
    return each.place.starts_with('.') ? is_place && iterated.ends_with(each.place) : iterated == each.place;
  });
  return table == process_tables.end() ? nullptr : &*table;
}

/// What a loop walks through, as it is written; where a local variable holds it that is bound once, what it was bound
/// to.
std::string_view iterated_by(const RuleContext& context, const FunctionSymbol& function, const ir::Op& loop) {
  const ir::Value& value = function.facts->values[loop.value.index];
  const std::string_view written = text_of(context, function.absolute(value.range));
  const ir::Op* only = nullptr;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::bind || !op.place || !op.value) continue;
    const ir::Place& place = function.facts->places[op.place.index];
    if (place.segment_count != 0 || !place.root || context.model.symbols.text(function, place.root) != written)
      continue;
    if (only != nullptr) return written;
    only = &op;
  }
  return only == nullptr ? written
                         : text_of(context, function.absolute(function.facts->values[only->value.index].range));
}

/// `for module in sys.modules.values()`: every import in every thread adds to it.
void check_process_tables(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const std::vector<bool> names_table = statements_naming(model.symbols, {"modules", "loggerDict"});
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    const FunctionSymbol& function = model.symbols.functions[i];
    if (!names_table[function.statement] || !is_of_module(context, FunctionId{i})) continue;
    for (const ir::Op& op : function.code->ops) {
      if (op.kind != ir::OpKind::iterate || !op.value) continue;
      const TextRange range = function.absolute(function.facts->values[op.value.index].range);
      const std::string_view iterated = iterated_by(context, function, op);
      const ProcessTable* table = table_walked_by(iterated);
      if (table == nullptr || is_caught(model, FunctionId{i}, range, size_errors)) continue;
      if ((iterated.ends_with(')') && model.is_python_2) || !may_run_on_threads(model, FunctionId{i})) continue;
      const auto step = [&](std::string text) {
        return Step{1,    StepAccess::iterate, function.qualified_name, std::string(table->symbol), std::move(text), {},
                    range};
      };
      findings.push_back(
          {.rule = &iterate_shared_container,
           .severity = Severity::warning,
           .effect = Effect::exception,
           .breaks_on = BreaksOn::every_build,
           .range = range,
           .message = fmt::format("iterating `{}` raises `RuntimeError` when another thread {} meanwhile",
                                  table->symbol, table->change),
           .evidence = fmt::format("all threads add to `{}`", table->symbol),
           .symbol = std::string(table->symbol),
           .interleaving = {step("begins to iterate"),
                            step(fmt::format("goes on after another thread {}, and raises `RuntimeError`",
                                             table->changed))},
           .fixes = {},
           .fingerprint = 0});
    }
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  check_process_tables(context, findings);
  for (const Trace& body : model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (const Access& access : body.accesses) {
      if (access.kind != AccessKind::iterate || is_detached(body, access)) continue;
      const Walk walk = walk_of(context, access);
      if (walk.loop == nullptr || is_caught(model, access.function, access.range, size_errors)) continue;
      if (is_reported(context, iterate_shared_container, access.cell, access.function, findings)) continue;
      if (!may_run_on_threads(model, access.function)) continue;
      const Access* change = find_disturbance(context, walk, false);
      const bool is_set_up = change == nullptr;
      if (is_set_up) change = find_disturbance(context, walk, true);
      if (change == nullptr) continue;
      // Who changes the container under a lock finds out there that the object is closed.
      if (ends_object(model, access) && !change->locks.empty()) continue;
      const bool is_unlikely = is_set_up || ends_object(model, access);
      const SeverityScale scale = is_unlikely
                                      ? SeverityScale{Severity::information, Severity::information, Severity::hint}
                                      : SeverityScale{Severity::warning, Severity::warning, Severity::information};
      Weight weight = weigh(context, access.cell, scale, access.function);
      if (!weight.is_reported) continue;
      const std::string by = change->function == access.function
                                 ? std::string("a second thread")
                                 : fmt::format("`{}`", model.function(change->function).qualified_name);
      const std::string_view harm = walk.is_checked ? "raises `RuntimeError`" : "skips elements";
      findings.push_back({.rule = &iterate_shared_container,
                          .severity = weight.severity,
                          .effect = walk.is_checked ? Effect::exception : Effect::stale_decision,
                          .breaks_on = BreaksOn::every_build,
                          .range = access.range,
                          .message = fmt::format("iterating `{}` {} when {} changes it meanwhile",
                                                 model.name_of(access.cell), harm, by) +
                                     other_name(context, access),
                          .evidence = std::move(weight.evidence),
                          .symbol = symbol_of(context, access.cell),
                          .interleaving = steps_of(context, walk, *change),
                          .fixes = {},
                          .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule iterate_shared_container{
    .info = {.name = "iterate-shared-container",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a loop walks through a container that other threads change",
             .why = "A loop does not hold the container still: between two turns another thread may run. Dictionaries "
                    "and sets notice that their size has changed and raise `RuntimeError`; lists skip or repeat "
                    "elements when something is taken out before the place where the loop stands. It happens on every "
                    "build of CPython. Iterate over a copy: `list(X)`, `list(X.items())` and `X.copy()` copy in one "
                    "step; or replace the container instead of changing it, or hold one lock on both sides.",
             .bad = R"py(_handlers = {}

def subscribe(name, handler):
    _handlers[name] = handler

def publish(event):
    for handler in _handlers.values():
        handler(event)
)py",
             .good = R"py(_handlers = {}

def subscribe(name, handler):
    _handlers[name] = handler

def publish(event):
    for handler in list(_handlers.values()):
        handler(event)
)py",
             .repair = "Iterates over a copy: `list(X)`. Where the loop, or what it calls, changes the container "
                       "itself the repair is for review: the copy does not show that."},
    .check = check,
};

}  // namespace analysis
