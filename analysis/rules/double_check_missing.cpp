// Finds initializations under a lock that do not test again once they hold it.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/rules/constant_value.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule double_check_missing;

namespace {

/// Whether the write is made under a lock that was taken after the guard's test, without asking again under that lock.
bool is_unchecked(const Initialization& initialization, LockId lock) {
  const Guard& guard = *initialization.guard;
  if (guard.locks.contains(lock)) return false;
  return std::ranges::none_of(initialization.trace->guards, [&](const Guard& inner) {
    return inner.part == guard.part && inner.locks.contains(lock) &&
           is_within(*initialization.trace, initialization.publish->context, inner.region);
  });
}

/// Asking in any other way under the lock counts too: an inner test of another kind, an early return.
bool is_asked_again(const Initialization& initialization, LockId lock) {
  return std::ranges::any_of(initialization.trace->accesses, [&](const Access& access) {
    return access.kind == AccessKind::test && concerns(access, initialization.guard->part) &&
           access.locks.contains(lock) &&
           is_within(*initialization.trace, access.context, initialization.guard->region);
  });
}

/// Where the lock is left that was taken behind the guard's test: in the function that writes, or in the one that tests
/// and calls it.
std::optional<Step> release_after(const RuleContext& context, const Guard& guard, const Access& write) {
  if (write.function != guard.function) {
    for (const CallSite& site : context.model.functions[guard.function.index].calls) {
      if (site.callee != write.function) continue;
      if (auto release = make_release(context, 1, guard.function, site.range, guard.test)) return release;
    }
  }
  return make_release(context, 1, write.function, write.range, guard.test);
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Initialization& initialization : context.initializations) {
    if (initialization.publish == nullptr || is_published_early(initialization)) continue;
    const Access& publish = *initialization.publish;
    if (!binds_part(publish, initialization.guard->part) || (publish.value != nullptr && is_constant(*publish.value)))
      continue;
    const auto held = publish.locks.locks();
    const auto lock = std::ranges::find_if(held, [&](LockId each) { return is_unchecked(initialization, each); });
    if (lock == held.end() || is_asked_again(initialization, *lock)) continue;
    const CellPart& part = initialization.guard->part;
    // An element of a cache is made again at worst; a cell's object may be in use already.
    const Severity most = part.key ? Severity::information : Severity::warning;
    Weight weight = weigh(context, part.cell, {.certain = most, .likely = most, .possible = Severity::information},
                          publish.function);
    if (!weight.is_reported) continue;
    std::vector<Step> steps = steps_of_duplicate_work(context, initialization);
    steps[1].text += " and waits for " + context.model.locks.description(*lock);
    if (auto release = release_after(context, *initialization.guard, publish))
      steps.insert(steps.begin() + 3, *std::move(release));
    findings.push_back({.rule = &double_check_missing,
                        .severity = weight.severity,
                        .effect = Effect::duplicate_work,
                        .breaks_on = BreaksOn::every_build,
                        .range = publish.range,
                        .message = fmt::format(
                            "threads that waited for {} initialise `{}` again: {} was asked before the lock was held",
                            context.model.locks.description(*lock), part_name(context.model, part),
                            quoted(context, initialization.guard->test)),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol_of(context, part.cell),
                        .interleaving = std::move(steps),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

}  // namespace

const Rule double_check_missing{
    .info = {.name = "double-check-missing",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "after waiting for a lock, a cell is initialised without looking again",
             .why = "Several threads find the cell unset and queue up for the lock. The first one initialises the "
                    "cell; each of the others, when its turn comes, does it again, although the cell is set by then. "
                    "The work is done once per waiting thread, and each time the value that others already use is "
                    "replaced: connections leak, and what was stored in the first value is lost. The lock only puts "
                    "them in order. It happens on every build of CPython.",
             .bad = R"py(import threading

_lock = threading.Lock()
_table = None

def table():
    global _table
    if _table is None:
        with _lock:
            _table = load("table")
    return _table
)py",
             .good = R"py(import threading

_lock = threading.Lock()
_table = None

def table():
    global _table
    if _table is None:
        with _lock:
            if _table is None:
                _table = load("table")
    return _table
)py",
             .repair = "Repeats the test inside the lock."},
    .check = check,
};

}  // namespace analysis
