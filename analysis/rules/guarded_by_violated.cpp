// Finds accesses without the lock that a comment declares: `# guarded by: self._lock`.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/declared_lock.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/local_names.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule guarded_by_violated;

namespace {

bool holds(const RuleContext& context, const Access& access, std::string_view lock) {
  return std::ranges::any_of(access.locks.locks(), [&](LockId held) {
    const std::string& name = context.model.locks.name(held);
    return last_name(name) == last_name(lock) || name.starts_with('@') || name.find("caller's") != std::string::npos;
  });
}

std::vector<Step> steps(const RuleContext& context, const Access& access, const Access* guarded) {
  const Access& other = guarded == nullptr ? access : *guarded;
  const CellPart part{access.cell, access.key};
  const std::string with = guarded == nullptr ? "is here, too: no lock keeps it out" : "uses it under the lock";
  return {make_step(context, 1, step_access(other), other.function, {other.cell, other.key}, with, other.range),
          make_step(context, 2, step_access(access), access.function, part,
                    "does not wait for the lock and finds what thread 1 has half done", access.range)};
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const LockDeclarations declared = declared_locks(context);
  if (declared.empty()) return;
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    if (context.accesses[i].empty()) continue;
    const std::string_view lock = declared_lock(context, CellId{i}, declared);
    if (lock.empty()) continue;
    const Access* guarded = nullptr;
    for (const Access* access : context.accesses[i]) {
      if (holds(context, *access, lock) && (guarded == nullptr || !is_write(guarded->kind))) guarded = access;
    }
    TextRange last;
    for (const Access* access : context.accesses[i]) {
      if (holds(context, *access, lock) || access->range.overlaps(last)) continue;
      if (!is_in_module(context, access->range)) continue;
      last = access->range;
      findings.push_back({.rule = &guarded_by_violated,
                          .severity = Severity::error,
                          .effect = Effect::no_protection,
                          .breaks_on = BreaksOn::every_build,
                          .range = access->range,
                          .message = fmt::format("`{}` is declared to be guarded by `{}`, which is not held here",
                                                 context.model.name_of(access->cell), lock),
                          .evidence = "a comment declares the lock",
                          .symbol = symbol_of(context, access->cell),
                          .interleaving = steps(context, *access, guarded),
                          .fixes = {},
                          .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule guarded_by_violated{
    .info = {.name = "guarded-by-violated",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "the lock that a comment declares for a cell is not held",
             .why =
                 "`# guarded by: self._lock` behind the line that makes a cell, or above it, says that whoever uses "
                 "the cell holds that lock. Every use without it is reported, reading included, because the author "
                 "asked for it. Constructors need no lock, nor do functions that are only called with the lock held, "
                 "or whose name ends in `_locked`.",
             .bad = R"py(import threading

class Account:
    def __init__(self):
        self._lock = threading.Lock()
        self.balance = 0  # guarded by: self._lock

    def show(self):
        return self.balance
)py",
             .good = R"py(import threading

class Account:
    def __init__(self):
        self._lock = threading.Lock()
        self.balance = 0  # guarded by: self._lock

    def show(self):
        with self._lock:
            return self.balance
)py",
             .repair =
                 "Holds the declared lock around the use. It is for review, because what runs under a lock may wait "
                 "for itself, and is not offered in coroutines, around `yield`, or where what is called takes the "
                 "lock as well."},
    .check = check,
};

}  // namespace analysis
