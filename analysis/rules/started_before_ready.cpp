// Finds threads that are started before what they use is there: attributes that are assigned after the start, and
// registers from which the thread takes itself out.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/started_thread.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule started_before_ready;

namespace {

constexpr std::array<std::string_view, 2> lookup_errors{"KeyError", "ValueError"};

/// Whether the function waits for the thread between the two ops.
bool waits_between(const FunctionSymbol& function, std::uint32_t first, std::uint32_t later) {
  return std::any_of(function.code->ops.begin() + first + 1, function.code->ops.begin() + later, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::call) return false;
    const std::string_view callee =
        last_name(*function.facts, function.facts->places[function.facts->calls[op.call.index].callee.index]);
    return callee == "join" || callee == "wait" || callee == "result" || callee == "get" || callee == "acquire";
  });
}

/// The attribute of the receiver that an op binds; none for other ops.
Name attribute_bound_by(const ConcurrencyModel& model, const FunctionSymbol& function, const ir::Op& op) {
  if (op.kind != ir::OpKind::bind || !op.place) return {};
  const ir::Place& place = function.facts->places[op.place.index];
  if (place.segment_count != 1 || !place.root || function.receiver != Receiver::instance) return {};
  if (model.symbols.name(function, place.root) != function.receiver_name) return {};
  const ir::Segment& segment = function.facts->segments[place.first_segment];
  return segment.kind == ir::Segment::Kind::attribute ? model.symbols.name(function, segment.name) : Name{};
}

/// The cell of an attribute as seen from a class; none when nothing but construction touches it.
CellId attribute_cell(const ConcurrencyModel& model, ClassId owner, Name name) {
  const std::vector<ClassId>& line = model.symbols.class_of(owner).line;
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const Cell& cell = model.cells.cell(CellId{i});
    if (cell.kind == CellKind::instance_attribute && cell.name == name &&
        std::ranges::find(line, cell.owner) != line.end())
      return CellId{i};
  }
  return {};
}

/// Where the thread itself reads the attribute first; null if only functions that it calls do, or none.
const Access* read_by(const ConcurrencyModel& model, FunctionId target, CellId cell) {
  const Trace& body = model.bodies[target.index];
  const auto found = std::ranges::find_if(
      body.accesses, [&](const Access& access) { return access.cell == cell && !is_write(access.kind); });
  const bool is_read = found != body.accesses.end() && found->locks.empty();
  return is_read ? &*found : nullptr;
}

/// `self.t.start()` and then `self.a = …`, where the thread reads `a`.
void check_attributes(const RuleContext& context, FunctionId id, const ThreadStart& start,
                      std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const FunctionSymbol& function = model.function(id);
  if (!function.owner || !model.functions[id.index].is_construction) return;
  const std::vector<ir::Op>& ops = function.code->ops;
  for (std::uint32_t i = start.op + 1; i < ops.size(); ++i) {
    const Name name = attribute_bound_by(model, function, ops[i]);
    if (!name || !may_follow(function, start.op, i) || waits_between(function, start.op, i)) continue;
    const CellId cell = attribute_cell(model, function.owner, name);
    if (!cell) continue;
    // Something is there already where another binding came before.
    if (model.cells.bindings_of_attribute(model.cells.cell(cell).owner, name).size() != 1) continue;
    const Access* read = read_by(model, start.target, cell);
    if (read == nullptr) continue;
    const TextRange range = function.absolute(ops[i].range);
    const CellPart part{cell, {}};
    findings.push_back(
        {.rule = &started_before_ready,
         .severity = Severity::warning,
         .effect = Effect::exception,
         .breaks_on = BreaksOn::every_build,
         .range = range,
         .message = fmt::format("`{}` is assigned after {} has started the thread: `{}` may read it before, and raises "
                                "`AttributeError`",
                                model.name_of(cell), line_of(context, start.range.begin),
                                model.function(start.target).qualified_name),
         .evidence = fmt::format("`{}` is handed to a thread", model.function(start.target).qualified_name),
         .symbol = symbol_of(context, cell),
         .interleaving = {make_step(context, 1, StepAccess::call, id, called_name(context, start.range),
                                    "starts the thread", start.range),
                          make_step(context, 2, StepAccess::read, start.target, part,
                                    "reads it, and raises `AttributeError`", read->range)},
         .fixes = {},
         .fingerprint = 0});
  }
}

/// The operation by which the thread takes itself out of a container, when it ends.
const Access* taken_out_by(const ConcurrencyModel& model, FunctionId target, CellId cell) {
  const Trace& body = model.bodies[target.index];
  const auto found = std::ranges::find_if(
      body.accesses, [&](const Access& access) { return access.cell == cell && removes_elements(access, 0); });
  return found == body.accesses.end() ? nullptr : &*found;
}

bool raises_when_missing(const RuleContext& context, const Access& removal) {
  if (is_caught(context.model, removal.function, removal.range, lookup_errors)) return false;
  if (removal.kind == AccessKind::item_delete) return true;
  const std::string_view method = context.model.symbols.names.text(removal.method);
  return method == "remove" || (method == "pop" && argument_text(context, removal, 1).empty());
}

/// `t.start()` and then `running.add(t)`, where the thread ends with `running.remove(…)`.
void check_register(const RuleContext& context, FunctionId id, const ThreadStart& start,
                    std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const FunctionSymbol& function = model.function(id);
  const std::vector<ir::Op>& ops = function.code->ops;
  for (const Access& access : model.bodies[id.index].accesses) {
    if (!adds_elements(access, 0) || access.range.begin < start.range.end || !can_race(model, access.cell)) continue;
    const auto op =
        std::ranges::find_if(ops, [&](const ir::Op& each) { return function.absolute(each.range) == access.range; });
    const auto later = static_cast<std::uint32_t>(op - ops.begin());
    if (op == ops.end() || !may_follow(function, start.op, later) || waits_between(function, start.op, later)) continue;
    const Access* removal = taken_out_by(model, start.target, access.cell);
    if (removal == nullptr || !intersection(removal->locks, access.locks).empty()) continue;
    if (is_reported(context, started_before_ready, access.cell, id, findings)) continue;
    const bool is_raising = raises_when_missing(context, *removal);
    const std::string harm =
        is_raising ? "and raises an exception, for it is not there yet" : "and stays in it for ever";
    const CellPart part{access.cell, {}};
    findings.push_back(
        {.rule = &started_before_ready,
         .severity = is_raising ? Severity::warning : Severity::information,
         .effect = is_raising ? Effect::exception : Effect::stale_decision,
         .breaks_on = BreaksOn::every_build,
         .range = access.range,
         .message = fmt::format("the thread that {} starts is entered in `{}` only here: it may have ended before, {}",
                                line_of(context, start.range.begin), model.name_of(access.cell), harm),
         .evidence = fmt::format("`{}` runs on a thread", model.function(start.target).qualified_name),
         .symbol = symbol_of(context, access.cell),
         .interleaving = {make_step(context, 1, StepAccess::call, id, called_name(context, start.range),
                                    "starts the thread", start.range),
                          make_step(
                              context, 2, step_access(*removal), start.target, part,
                              is_raising ? "takes itself out, and raises an exception" : "finds nothing to take out",
                              removal->range),
                          make_step(context, 1, step_access(access), id, part, "enters a thread that has ended",
                                    access.range)},
         .fixes = {},
         .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const std::vector<bool> may_start = statements_that_may_start_threads(model.symbols);
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    if (!may_start[model.symbols.functions[i].statement] || !is_of_module(context, FunctionId{i})) continue;
    for (const ThreadStart& start : find_thread_starts(model, FunctionId{i})) {
      check_attributes(context, FunctionId{i}, start, findings);
      check_register(context, FunctionId{i}, start, findings);
    }
  }
}

}  // namespace

const Rule started_before_ready{
    .info = {.name = "started-before-ready",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a thread is started before what it uses is there",
             .why = "A new thread may run at once, and even end, before the next line of the one that started it. An "
                    "attribute that is assigned after the start may be missing when the thread reads it. And a thread "
                    "that takes itself out of a register when it ends may do so before it has been put in. It happens "
                    "on every build of CPython. Assign and register first, start last.",
             .bad = R"py(import threading

class Poller:
    def __init__(self, source):
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._source = source

    def _run(self):
        for event in self._source.events():
            print(event)
)py",
             .good = R"py(import threading

class Poller:
    def __init__(self, source):
        self._source = source
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        for event in self._source.events():
            print(event)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
