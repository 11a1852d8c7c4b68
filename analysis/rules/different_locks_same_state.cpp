// Finds cells that are always locked, but with locks that do not exclude each other.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/lock_origin.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule different_locks_same_state;

namespace {

/// Whether each lock of the two sets is certainly another object than each of the other set.
bool are_distinct(const RuleContext& context, const LockSet& left, const LockSet& right) {
  const auto is_own = [&](LockId lock) { return origin_of(context.model, lock).is_made_alone; };
  return std::ranges::all_of(left.locks(), is_own) && std::ranges::all_of(right.locks(), is_own);
}

/// Places that write under a lock which the other place does not hold.
void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    for (const Access* access : context.accesses[i]) {
      if (access->locks.empty() || !is_in_module(context, access->range)) continue;
      const auto conflict = find_conflict(context, *access);
      if (!conflict || !are_distinct(context, conflict->first->locks, conflict->other->locks)) continue;
      Weight weight =
          weigh(context, CellId{i}, {Severity::error, Severity::error, Severity::warning}, access->function);
      if (!weight.is_reported) break;
      const Access& elsewhere = access == conflict->other ? *conflict->first : *conflict->other;
      findings.push_back(
          {.rule = &different_locks_same_state,
           .severity = weight.severity,
           .effect = conflict->effect,
           .breaks_on = breaks_on(context, *conflict),
           .range = access->range,
           .message =
               fmt::format("`{}` is used under {} here and under {} in `{}`: these locks do not exclude each "
                           "other",
                           part_name(context.model, {access->cell, access->key}),
                           describe_locks(context.model, access->locks), describe_locks(context.model, elsewhere.locks),
                           context.model.function(elsewhere.function).qualified_name),
           .evidence = std::move(weight.evidence),
           .symbol = symbol_of(context, access->cell),
           .interleaving = steps_of_conflict(context, *conflict),
           .fixes = {},
           .fingerprint = 0});
      break;  // one race, one finding
    }
  }
}

}  // namespace

const Rule different_locks_same_state{
    .info = {.name = "different-locks-same-state",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "the places that use a cell hold locks, but not the same one",
             .why = "Each place is locked, which looks safe, but two locks exclude nobody from each other: one thread "
                    "holds the first, another the second, and both are in the middle of an update. Choose one lock for "
                    "the cell. A condition made from a lock is that lock. Only locks are compared that are seen to be "
                    "made, each by itself.",
             .bad = R"py(import threading

_read_lock = threading.Lock()
_write_lock = threading.Lock()
_totals = {"bytes": 0}

def received(data):
    with _read_lock:
        _totals["bytes"] += len(data)

def sent(data):
    with _write_lock:
        _totals["bytes"] += len(data)
)py",
             .good = R"py(import threading

_lock = threading.Lock()
_totals = {"bytes": 0}

def received(data):
    with _lock:
        _totals["bytes"] += len(data)

def sent(data):
    with _lock:
        _totals["bytes"] += len(data)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
