// Finds elements that are added to a container which another thread has just taken away.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule lost_append;

namespace {

/// How a container is taken away with what is in it.
struct Removal {
  const Access* seen = nullptr;     // the look at its content; the removal itself where one step does both
  const Access* removed = nullptr;  // from here on nobody looks at what is added
  bool is_of_element = false;       // `D.pop(k)`: the container under a key
  std::string sees;                 // what the look does: "takes it with all that it holds"
};

/// Whether what a call returns is used: it does not stand alone.
bool is_result_used(const RuleContext& context, const Access& access) {
  const ProgramPlace place = place_of(context, access.range);
  const LineIndex& lines = place.text.lines();
  const TextRange line = lines.line_range(place.text.bytes(), lines.line_of(place.range.begin));
  const std::string_view before = place.text.slice({line.begin, place.range.begin});
  return before.find_first_not_of(" \t") != std::string_view::npos;
}

/// `for x in D.pop(k, [])`, and `if not D[k]: del D[k]`.
Removal element_removal(const RuleContext& context, const Trace& body, const Access& access) {
  if (!removes_elements(access, 0)) return {};
  if (access.kind == AccessKind::mutate) {
    const bool is_pop = context.model.symbols.names.text(access.method) == "pop";
    if (is_pop && !argument_text(context, access, 0).empty() && is_result_used(context, access)) {
      return {&access, &access, true, "takes it with all that it holds"};
    }
  }
  for (const Guard& guard : body.guards) {
    if (guard.part.cell != access.cell || !guard.part.key || guard.kind == ir::TestKind::contains) continue;
    if (guard.kind == ir::TestKind::none || !is_within(body, access.context, guard.region)) continue;
    const auto test = std::ranges::find_if(body.accesses, [&](const Access& other) {
      return other.cell == access.cell && guard.test.contains(other.range);
    });
    if (test != body.accesses.end()) return {&*test, &access, true, "finds it empty"};
  }
  return {};
}

/// `taken = L; L = []`, and then a look at what was taken.
bool is_swapped(const Trace& body, std::size_t read, std::size_t emptied) {
  if (body.accesses[read].kind != AccessKind::read || body.accesses[emptied].kind != AccessKind::rebind) return false;
  return std::any_of(body.accesses.begin() + static_cast<std::ptrdiff_t>(emptied), body.accesses.end(),
                     [&](const Access& access) {
                       return access.cell == body.accesses[read].cell && access.kind == AccessKind::iterate &&
                              access.depth == 0 && access.is_indirect;
                     });
}

/// `for x in L: …` and then `L.clear()` or `L = []`.
Removal drain(const RuleContext& context, const Trace& body, std::size_t at) {
  const Access& removed = body.accesses[at];
  if (!empties(context, removed)) return {};
  for (std::size_t i = at; 0 < i--;) {
    const Access& access = body.accesses[i];
    if (access.cell != removed.cell || access.depth != 0) continue;
    if (is_write(access.kind)) return {};
    if (access.is_indirect) continue;
    const bool is_swap = is_swapped(body, i, at);
    if (access.kind != AccessKind::iterate && !is_swap) continue;
    if (!is_within(body, removed.context, access.context)) return {};
    if (is_swap) return {&removed, &removed, false, "takes it, and goes through what it holds"};
    return {&access, &removed, false, "goes through what it holds"};
  }
  return {};
}

/// An addition that is lost when it comes between the two: nothing under the same lock.
const Access* find_addition(const RuleContext& context, const Removal& removal) {
  const LockSet held = intersection(removal.seen->locks, removal.removed->locks);
  const std::uint32_t depth = removal.is_of_element ? 1 : 0;
  return find_rival(context, removal.removed->cell, removal.removed->function,
                    [&](const Trace& body, const Access& access) {
                      return body.root != removal.removed->function && access.kind == AccessKind::mutate &&
                             access.method && adds_elements(access, depth) && access.depth == depth &&
                             are_unexcluded(context.model, held, access.locks);
                    });
}

/// What a method is called on: `_pending.setdefault(name, [])` of `_pending.setdefault(name, []).append(x)`.
TextRange receiver_in(const RuleContext& context, const Access& access) {
  const ir::Call* const call = call_of(context.model, access);
  if (call == nullptr) return access.range;
  const FunctionSymbol& function = context.model.function(access.function);
  const TextRange callee = function.absolute(function.facts->places[call->callee.index].range);
  const std::size_t dot = text_of(context, callee).rfind('.');
  if (dot == std::string_view::npos) return callee;
  return {callee.begin, callee.begin + static_cast<std::uint32_t>(dot)};
}

StepAccess look_up_in(std::string_view receiver) {
  if (receiver.ends_with(')')) return StepAccess::call;
  return receiver.ends_with(']') ? StepAccess::item_read : StepAccess::read;
}

/// The statement by which the function returns later: a `return`, or the loop that is its last. Nothing if it ends with
/// another one.
std::optional<TextRange> return_after(const FunctionSymbol& function, TextRange range) {
  const std::vector<ir::Op>& ops = function.code->ops;
  for (const ir::Op& op : ops) {
    if (op.kind == ir::OpKind::return_ && range.end <= function.absolute(op.range).begin)
      return function.absolute(op.range);
  }
  const auto loop = std::ranges::find_if(ops, [&](const ir::Op& op) {
    return op.kind == ir::OpKind::loop && range.begin <= function.absolute(op.block).begin;
  });
  if (loop == ops.end()) return {};
  const bool is_last =
      std::all_of(ops.begin() + loop->end, ops.end(), [](const ir::Op& op) { return op.kind == ir::OpKind::end; });
  return is_last ? std::optional(function.absolute(loop->range)) : std::nullopt;
}

std::vector<Step> steps_of(const RuleContext& context, const Removal& removal, const Access& addition) {
  const CellPart part{addition.cell, addition.key};
  const FunctionId remover = removal.removed->function;
  const auto step = [&](int thread, const Access& access, FunctionId function, std::string text) {
    return make_step(context, thread, step_access(access), function, part, std::move(text), access.range);
  };
  std::vector<Step> steps;
  if (removal.seen == removal.removed) {
    // The adding thread has the container in its hands already.
    const TextRange container = receiver_in(context, addition);
    steps.push_back(make_step(context, 1, look_up_in(text_of(context, container)), addition.function, part,
                              "looks the container up", container));
    steps.push_back(step(2, *removal.removed, remover, removal.sees));
    if (const auto end = return_after(context.model.function(remover), removal.removed->range))
      steps.push_back(make_step(context, 2, StepAccess::return_, remover, part, "has done with it", *end));
    steps.push_back(make_step(context, 1, StepAccess::call, addition.function,
                              std::string(context.model.symbols.names.text(addition.method)),
                              "adds to what nobody looks at any more", addition.range));
    return steps;
  }
  // At the end of a loop the next thing that the code says is the container that it takes away.
  const bool has_gone_through =
      removal.seen->kind == AccessKind::iterate && removal.removed->kind == AccessKind::mutate;
  const TextRange seen = has_gone_through ? receiver_in(context, *removal.removed) : removal.seen->range;
  steps.push_back(make_step(context, 1, has_gone_through ? StepAccess::read : step_access(*removal.seen), remover, part,
                            removal.sees, seen));
  steps.push_back(step(2, addition, addition.function, "adds an element"));
  steps.push_back(step(1, *removal.removed, remover, "throws it away, and the new element with it"));
  return steps;
}

BreaksOn breaks_on(const RuleContext& context, const Removal& removal, const Access& addition) {
  if (removal.seen == removal.removed) {
    // Looking the container up and adding to it are one expression.
    const bool calls = look_up_in(text_of(context, receiver_in(context, addition))) == StepAccess::call;
    return calls ? BreaksOn::every_build : BreaksOn::free_threaded;
  }
  if (removal.seen->kind != AccessKind::iterate) return BreaksOn::every_build;
  const FunctionSymbol& function = context.model.function(removal.removed->function);
  std::uint32_t end = removal.seen->range.end;  // of the loop
  for (const ir::Op& op : function.code->ops) {
    if (op.kind == ir::OpKind::loop && function.absolute(op.range).contains(removal.seen->range))
      end = function.absolute(op.block).end;
  }
  return breaks_until(context.model, end, *removal.removed);
}

void report(const RuleContext& context, const Removal& removal, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const Access& removed = *removal.removed;
  if (is_reported(context, lost_append, removed.cell, removed.function, findings)) return;
  if (!may_run_on_threads(model, removed.function)) return;
  const Access* addition = find_addition(context, removal);
  if (addition == nullptr) return;
  // Where the container is swapped for a new one, only who looked it up before the swap and adds after the work is
  // late.
  const bool is_swap = !removal.is_of_element && removal.seen == removal.removed;
  const Severity certain = is_swap ? Severity::information : Severity::warning;
  Weight weight = weigh(context, removed.cell, {certain, Severity::information, Severity::hint}, removed.function);
  if (!weight.is_reported) return;
  findings.push_back(
      {.rule = &lost_append,
       .severity = weight.severity,
       .effect = Effect::lost_update,
       .breaks_on = breaks_on(context, removal, *addition),
       .range = removed.range,
       .message = fmt::format("what `{}` adds to `{}` is lost when it comes just before this takes it away",
                              model.function(addition->function).qualified_name, model.name_of(removed.cell)),
       .evidence = std::move(weight.evidence),
       .symbol = symbol_of(context, removed.cell),
       .interleaving = steps_of(context, removal, *addition),
       .fixes = {},
       .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (std::size_t i = 0; i < body.accesses.size(); ++i) {
      if (!is_write(body.accesses[i].kind) || !can_race(context.model, body.accesses[i].cell)) continue;
      Removal removal = element_removal(context, body, body.accesses[i]);
      if (removal.removed == nullptr) removal = drain(context, body, i);
      if (removal.removed != nullptr) report(context, removal, findings);
    }
  }
}

}  // namespace

const Rule lost_append{
    .info = {.name = "lost-append",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an element is added to a container that another thread is just taking away",
             .why = "One thread takes a list away to work on what it holds: it pops it from a dictionary, or goes "
                    "through it and clears it. Another thread looks the same list up and adds to it a moment later. "
                    "The addition succeeds, and nobody ever sees it: the callback is not called, the job is not done. "
                    "It happens on every build of CPython. Hold one lock on both sides, or use a `queue.Queue`, from "
                    "which each element is taken once.",
             .bad = R"py(_pending = {}

def when_ready(name, callback):
    _pending.setdefault(name, []).append(callback)

def ready(name):
    for callback in _pending.pop(name, []):
        callback()
)py",
             .good = R"py(import threading

_lock = threading.Lock()
_pending = {}

def when_ready(name, callback):
    with _lock:
        _pending.setdefault(name, []).append(callback)

def ready(name):
    with _lock:
        callbacks = _pending.pop(name, [])
    for callback in callbacks:
        callback()
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
