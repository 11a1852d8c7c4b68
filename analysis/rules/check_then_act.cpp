// Finds decisions that another thread can make wrong before they are carried out: a test of a container, then an
// operation that fails unless the test still holds.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/decision.h"
#include "analysis/rules/failing_use.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule check_then_act;

namespace {

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
