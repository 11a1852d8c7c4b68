// Finds decisions that another thread can make wrong before they are carried out: a test of a container, then an
// operation that fails unless the test still holds.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/counted_loop.h"
#include "analysis/rules/failing_use.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule check_then_act;

namespace {

using ir::TestKind;

constexpr std::array<std::string_view, 6> lookup_errors{"KeyError",   "IndexError",     "LookupError",
                                                        "ValueError", "AttributeError", "TypeError"};

/// A decision and what carries it out.
struct Decision {
  CellPart part;    // what the act needs
  CellPart tested;  // the same, or the entry of another container that comes and goes with it
  TextRange test;
  StepAccess test_access = StepAccess::test;
  std::optional<TextRange> test_call;  // `len(X)`, `list(X.items())`: only when it has returned, the answer is known
  LockSet locks;                       // held from the test to the act
  LockSet test_locks;                  // held at the test
  const Access* act = nullptr;
  ContextId region;                  // what runs only if the test finds it; none: all of the function
  const Access* last_act = nullptr;  // that fails in the same way, in the same branch; null: it was not looked for
  std::string_view raised;           // by the act when the test no longer holds
  bool is_of_binding = false;        // the test asks whether the cell holds an object at all
  bool is_count = false;             // the test asks how many elements there are
  std::string found;                 // "finds the key"
};

/// The innermost call with the code at a range among its arguments.
std::optional<TextRange> call_around(const FunctionSymbol& function, TextRange range) {
  std::optional<TextRange> found;
  for (const ir::Op& op : function.code->ops) {
    const TextRange call = function.absolute(op.range);
    if (op.kind != ir::OpKind::call || call.begin == range.begin || !call.contains(range)) continue;
    if (!found || found->contains(call)) found = call;
  }
  return found;
}

/// An inner test of the same part, which is a decision of its own.
bool asks_again(const Trace& body, const Guard& guard, const Access& act) {
  return std::ranges::any_of(body.presences, [&](const Guard& other) {
    return &other != &guard && other.part == guard.part && other.region != guard.region &&
           is_within(body, other.region, guard.region) && is_within(body, act.context, other.region);
  });
}

/// Whether the function itself puts something there between the test and the act.
bool is_set_between(const Trace& body, const Guard& guard, const Access& act) {
  for (std::size_t i = guard.first_access; &body.accesses[i] != &act; ++i) {
    const Access& access = body.accesses[i];
    if (concerns(access, guard.part) && adds_elements(access, 0)) return true;
    if (access.cell == guard.part.cell && access.kind == AccessKind::rebind) return true;
  }
  return false;
}

/// Whether the module keeps entries of both containers under one key: some function puts them into both.
bool are_parallel(const RuleContext& context, CellId left, CellId right) {
  if (context.model.cells.cell(left).owner != context.model.cells.cell(right).owner) return false;
  const auto puts = [](const Access& access, CellId cell) {
    return access.cell == cell && access.kind == AccessKind::item_write && access.depth == 1 && access.key;
  };
  return std::ranges::any_of(context.accesses[left.index], [&](const Access* mine) {
    return puts(*mine, left) && std::ranges::any_of(context.accesses[right.index], [&](const Access* other) {
             return puts(*other, right) && other->function == mine->function && other->key == mine->key;
           });
  });
}

std::string_view raised_by(const RuleContext& context, const Guard& guard, const Access& act) {
  if (guard.part.key) return raised_without_key(context, guard.part.key, act);
  const bool asks_for_binding = guard.kind == TestKind::none;
  const bool asks_for_content =
      guard.kind == TestKind::truth || guard.kind == TestKind::length || guard.kind == TestKind::empty;
  if (asks_for_content) {
    const std::string_view raised = raised_when_empty(context, act);
    if (!raised.empty() || guard.kind != TestKind::truth) return raised;
  }
  return (asks_for_binding || asks_for_content) && !guard.is_indirect ? raised_by_none(context.model, act)
                                                                      : std::string_view();
}

/// The last access behind the test that fails in the same way as the first one, at `first`, if others do.
const Access* last_such_act(const RuleContext& context, const Trace& body, const Guard& guard, std::size_t first) {
  const Access* last = &body.accesses[first];
  for (std::size_t i = first + 1; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (access.cell != last->cell || access.function != last->function) continue;
    if (!is_within(body, access.context, guard.region) || raised_by(context, guard, access).empty()) continue;
    if (is_set_between(body, guard, access)) break;
    if (!is_caught(context.model, access.function, access.range, lookup_errors)) last = &access;
  }
  return last;
}

std::optional<Decision> decision_of(const RuleContext& context, const Trace& body, const Guard& guard) {
  for (std::size_t i = guard.first_access; i < body.accesses.size(); ++i) {
    const Access& act = body.accesses[i];
    const bool is_same = act.cell == guard.part.cell;
    if ((!is_same && !guard.part.key) || !is_within(body, act.context, guard.region)) continue;
    const std::string_view raised = raised_by(context, guard, act);
    if (raised.empty() || guard.test.contains(act.range) || asks_again(body, guard, act)) continue;
    if (!is_same && !are_parallel(context, act.cell, guard.part.cell)) continue;
    if (is_set_between(body, guard, act)) return {};
    if (is_caught(context.model, act.function, act.range, lookup_errors)) continue;
    Decision decision;
    decision.part = {act.cell, guard.part.key};
    decision.tested = guard.part;
    decision.test = guard.test;
    decision.test_locks = guard.locks;
    decision.locks = held_throughout(body, guard.locks, guard.first_access, i);
    decision.act = &act;
    decision.region = guard.region;
    decision.raised = raised;
    decision.is_of_binding = !guard.part.key && raised_when_empty(context, act).empty();
    decision.found = guard.part.key ? "finds it there" : decision.is_of_binding ? "finds it set" : "finds it not empty";
    decision.last_act = last_such_act(context, body, guard, i);
    return decision;
  }
  return {};
}

/// Whether the loop around an access takes the key from what it iterates.
bool is_loop_variable(const ConcurrencyModel& model, const Trace& body, const Access& act, std::string_view key) {
  const ContextId loop = loop_within(body, act.context, {});
  if (!loop) return false;
  const FunctionSymbol& function = model.function(act.function);
  const ir::Op& op = *body.contexts[loop.index].op;
  for (const ir::Op& bind : function.code->ops) {
    if (bind.kind != ir::OpKind::bind || !bind.place || !bind.value || bind.range.end < op.range.begin) continue;
    if (op.range.end < bind.range.begin && !op.block.contains(bind.range)) continue;
    const ir::Place& place = function.facts->places[bind.place.index];
    if (place.segment_count != 0 || !place.root || model.symbols.text(function, place.root) != key) continue;
    return function.facts->values[bind.value.index].kind == ir::ValueKind::element;
  }
  return false;
}

/// Keys that are collected from the container first and deleted afterwards: the second cleaner finds them gone.
std::optional<Decision> clean_up_of(const RuleContext& context, const Trace& body, CellId cell) {
  const Access* collected = nullptr;
  for (const Access& access : body.accesses) {
    if (access.cell != cell) continue;
    const bool collects =
        access.depth == 0 &&
        (access.kind == AccessKind::iterate || access.kind == AccessKind::escape || access.kind == AccessKind::call_on);
    if (collects && !loop_within(body, access.context, {})) collected = &access;
    if (collected == nullptr || !removes_elements(access, 0)) continue;
    Name key = access.key;
    if (access.kind == AccessKind::mutate) {
      const ir::Call* call = call_of(context.model, access);
      if (call == nullptr || call->argument_count != 1) continue;
      const std::string_view method = context.model.symbols.names.text(access.method);
      if (method != "pop" && method != "remove") continue;
      key = context.model.symbols.names.find(argument_text(context, access, 0));
    }
    if (!key || !is_loop_variable(context.model, body, access, context.model.symbols.names.text(key))) continue;
    if (is_caught(context.model, access.function, access.range, lookup_errors)) continue;
    const bool is_tested = std::ranges::any_of(body.presences, [&](const Guard& guard) {
      return guard.part.cell == cell && guard.part.key == key && is_within(body, access.context, guard.region);
    });
    if (is_tested) continue;
    Decision decision;
    decision.part = decision.tested = {cell, key};
    decision.test = collected->range;
    decision.test_access = step_access(*collected);
    decision.test_call = call_around(context.model.function(access.function), collected->range);
    decision.test_locks = collected->locks;
    decision.locks = held_throughout(body, collected->locks, index_of(body, *collected) + 1, index_of(body, access));
    decision.act = &access;
    decision.raised = "KeyError";
    decision.found = "collects the keys";
    return decision;
  }
  return {};
}

/// Elements that are counted first and taken one by one afterwards: the second taker runs out of them.
std::optional<Decision> counted_taking_of(const RuleContext& context, const Trace& body, const Access& act) {
  if (act.function != body.root) return {};
  const std::string_view raised = raised_when_empty(context, act);
  const ContextId loop = loop_within(body, act.context, {});
  if (raised.empty() || !loop || body.contexts[loop.index].op == nullptr) return {};
  if (is_caught(context.model, act.function, act.range, lookup_errors)) return {};
  const Access* count = find_count_of_turns(context, body, act.cell, *body.contexts[loop.index].op);
  if (count == nullptr) return {};
  const bool asks_in_loop = std::ranges::any_of(body.presences, [&](const Guard& guard) {
    return guard.part.cell == act.cell && count->range.end < guard.test.begin &&
           is_within(body, act.context, guard.region);
  });
  if (asks_in_loop) return {};
  Decision decision;
  decision.part = decision.tested = {act.cell, {}};
  decision.test = count->range;
  decision.test_access = step_access(*count);
  decision.test_call = call_around(context.model.function(act.function), count->range);
  decision.test_locks = count->locks;
  decision.locks = held_throughout(body, count->locks, index_of(body, *count) + 1, index_of(body, act));
  decision.act = &act;
  decision.raised = raised;
  decision.is_count = true;
  decision.found = "counts its elements";
  return decision;
}

/// What makes the test's answer wrong, by another thread; null if nothing does.
const Access* find_remover(const RuleContext& context, const Decision& decision) {
  const ConcurrencyModel& model = context.model;
  const Access& act = *decision.act;
  const LockSet held = intersection(decision.locks, act.locks);
  const std::string_view key = model.symbols.names.text(decision.part.key);
  const auto removes = [&](const Trace&, const Access& access) {
    if (!are_unexcluded(context.model, held, access.locks)) return false;
    if (access.depth == 0 && access.kind == AccessKind::unbind) return !act.is_indirect;
    if (access.depth == 0 && access.kind == AccessKind::rebind) {
      if (act.is_indirect || access.value == nullptr) return false;
      if (decision.is_of_binding) return access.value->kind == ir::ValueKind::none;
      // A container that the function itself put there is as good as the one that it tested.
      if (access.function == act.function || !access.is_container) return false;
      return decision.part.key || access.value->is_empty;
    }
    if (decision.is_of_binding || !removes_elements(access, 0)) return false;
    const std::string_view other = model.symbols.names.text(access.key);
    // Code elsewhere that takes out what it is given hardly means a key that is known by name.
    if (is_constant_key(key) && !is_constant_key(other) && !is_in_module(context, access.range)) return false;
    return !(is_constant_key(key) && is_constant_key(other) && key != other);
  };
  // Where the act removes what the test found, a second thread in the same place is enough.
  if (!decision.is_of_binding && removes_elements(act, 0) && removes(model.bodies[act.function.index], act)) {
    const Access* own = find_rival(context, act.cell, act.function,
                                   [&](const Trace&, const Access& access) { return &access == &act; });
    if (own != nullptr) return own;
  }
  return find_rival(context, act.cell, act.function, removes);
}

/// Where the test was made under a lock that the act is not, or under another hold of it.
std::optional<Step> make_release_between(const RuleContext& context, const Decision& decision) {
  if (decision.test_locks.empty() || !decision.locks.empty()) return {};
  return make_release(context, 1, decision.act->function, decision.test, decision.act->range);
}

/// Where the act's function itself puts there what it takes out again, in a thread that has not found it; null if a
/// thread comes to the remover that has found it, or by another way.
const Access* find_put(const RuleContext& context, const Decision& decision, const Access& remover) {
  const Trace& body = body_of(context.model, remover);
  if (remover.function != decision.act->function || !decision.region) return nullptr;
  if (is_within(body, remover.context, decision.region)) return nullptr;
  const Access* put = nullptr;
  for (const Access& access : body.accesses) {
    if (&access == &remover) break;
    if (concerns(access, decision.part) && adds_elements(access, 0)) put = &access;
  }
  return put;
}

std::vector<Step> steps_of(const RuleContext& context, const Decision& decision, const Access& remover) {
  const Access& act = *decision.act;
  const CellPart& part = decision.part;
  std::vector<Step> steps;
  const Access* put = find_put(context, decision, remover);
  if (put != nullptr)
    steps.push_back(make_step(context, 2, step_access(*put), put->function, part, "puts it there", put->range));
  const auto test = [&](int thread) {
    steps.push_back(decision.test_call
                        ? make_step(context, thread, StepAccess::call, act.function,
                                    called_name(context, *decision.test_call), decision.found, *decision.test_call)
                        : make_step(context, thread, decision.test_access, act.function, decision.tested,
                                    decision.found, decision.test));
  };
  test(1);
  if (auto release = make_release_between(context, decision)) steps.push_back(*std::move(release));
  if (remover.function == act.function && put == nullptr) test(2);
  const std::string removal = decision.is_of_binding ? "sets it to `None`" : "takes it out";
  steps.push_back(make_step(context, 2, step_access(remover), remover.function, part, removal, remover.range));
  const bool must_wait = !intersection(act.locks, remover.locks).empty();
  if (auto release = must_wait ? make_release(context, 2, remover.function, remover.range, {}) : std::nullopt)
    steps.push_back(*std::move(release));
  // What raises is the look-up of an attribute of `None`, before anything is called.
  const StepAccess last = decision.is_of_binding ? StepAccess::read : step_access(act);
  steps.push_back(make_step(context, 1, last, act.function, part,
                            fmt::format("relies on it and raises `{}`", decision.raised), act.range));
  return steps;
}

void report(const RuleContext& context, const Decision& decision, std::vector<Finding>& findings) {
  const Access& act = *decision.act;
  const ConcurrencyModel& model = context.model;
  if (is_reported(context, check_then_act, act.cell, act.function, findings)) return;
  if (!may_run_on_threads(model, act.function)) return;
  const Access* remover = find_remover(context, decision);
  if (remover == nullptr) return;
  // An object that sets its own attribute to `None` does so mostly when nobody uses it any more.
  const bool is_of_object = model.cells.cell(act.cell).kind == CellKind::instance_attribute;
  const bool is_unlikely = (is_of_object && decision.is_of_binding) || ends_object(model, act) ||
                           (remover->function != act.function && is_called_nowhere(model, remover->function));
  const Severity certain = is_unlikely ? Severity::information : Severity::warning;
  const SeverityScale scale = decision.is_of_binding || is_unlikely
                                  ? SeverityScale{certain, Severity::information, Severity::hint}
                                  : SeverityScale{Severity::warning, Severity::warning, Severity::information};
  Weight weight = weigh(context, act.cell, scale, act.function);
  if (!weight.is_reported) return;
  const std::string name = part_name(model, decision.part);
  const std::string by = remover->function == act.function
                             ? std::string("a second thread")
                             : fmt::format("`{}`", model.function(remover->function).qualified_name);
  const std::string message =
      decision.is_of_binding
          ? fmt::format("`{}` may have become `None` since {} tested it: {} sets it, and this raises `{}`", name,
                        line_of(context, decision.test.begin), by, decision.raised)
      : decision.is_count
          ? fmt::format(
                "`{}` may hold fewer elements than {} counted: {} may take some in between, and this raises `{}`", name,
                line_of(context, decision.test.begin), by, decision.raised)
          : fmt::format("`{}` may be gone since {} looked: {} may take it out in between, and this raises `{}`", name,
                        line_of(context, decision.test.begin), by, decision.raised);
  findings.push_back({.rule = &check_then_act,
                      .severity = weight.severity,
                      .effect = Effect::exception,
                      .breaks_on = breaks_until(model, decision.test_call.value_or(decision.test).begin,
                                                decision.last_act == nullptr ? act : *decision.last_act),
                      .range = act.range,
                      .message = message + other_name(context, act),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, act.cell),
                      .interleaving = steps_of(context, decision, *remover),
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (const Guard& guard : body.presences) {
      if (!can_race(context.model, guard.part.cell)) continue;
      if (const auto decision = decision_of(context, body, guard)) report(context, *decision, findings);
    }
    std::vector<CellId> seen;
    for (const Access& access : body.accesses) {
      if (!removes_elements(access, 0) || !loop_within(body, access.context, {})) continue;
      if (const auto decision = counted_taking_of(context, body, access);
          decision && can_race(context.model, access.cell))
        report(context, *decision, findings);
      if (std::ranges::find(seen, access.cell) != seen.end() || !can_race(context.model, access.cell)) continue;
      seen.push_back(access.cell);
      if (const auto decision = clean_up_of(context, body, access.cell)) report(context, *decision, findings);
    }
  }
}

}  // namespace

const Rule check_then_act{
    .info = {.name = "check-then-act",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an answer about shared state is acted on after another thread may have changed it",
             .why = "The test and the operation that relies on it are two steps. A thread that runs in between takes "
                    "out the key, the last element or the object that the test found, and the operation raises an "
                    "exception that the test was written to prevent. Where nothing but operations of builtin "
                    "containers lies between the two, the global lock of CPython 3.10 and later hides it; builds "
                    "without that lock and older versions show it. One operation that does both, such as "
                    "`pop(key, None)` or `discard(x)`, or an operation in `try`, needs no test. A lock "
                    "helps only if it is held from the test to the operation, without being given back in between.",
             .bad = R"py(_jobs = {}

def submit(name, job):
    _jobs[name] = job

def cancel(name):
    if name in _jobs:
        log("cancel " + name)
        _jobs.pop(name).cancel()
)py",
             .good = R"py(_jobs = {}

def submit(name, job):
    _jobs[name] = job

def cancel(name):
    job = _jobs.pop(name, None)
    if job is not None:
        log("cancel " + name)
        job.cancel()
)py",
             .repair = "Holds a lock around the test and what follows from it: the one that guards the cell "
                       "elsewhere, or a new one beside it, which then all places of the module take that change the "
                       "cell. It is for review, because what runs under a lock may wait for itself, and is not "
                       "offered in coroutines, around `yield`, for a cell that other modules change, or where what is "
                       "called takes the lock as well."},
    .check = check,
};

}  // namespace analysis
