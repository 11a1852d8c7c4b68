// Finds writes and iterations that go without the lock under which the cell is used elsewhere.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/lock_custom.h"
#include "analysis/rules/lock_origin.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule inconsistent_lock;

namespace {

/// A lock that belongs to the object, or to its class, guards the object. A lock of the module guards something else,
/// and says nothing of who shares an object.
bool guards(const RuleContext& context, LockId lock, CellId cell) {
  if (context.model.cells.cell(cell).kind != CellKind::instance_attribute) return true;
  const CellId origin = origin_of(context.model, lock).cell;
  return origin && context.model.cells.cell(origin).kind != CellKind::global;
}

/// Whether the function has told those who take the lock that it is over: it set a flag under the lock before.
bool has_closed(const RuleContext& context, const Access& access, LockId lock) {
  const Trace& body = body_of(context.model, access);
  return std::ranges::any_of(body.accesses, [&](const Access& flag) {
    return flag.kind == AccessKind::rebind && flag.value != nullptr && flag.value->kind == ir::ValueKind::boolean &&
           flag.range.end <= access.range.begin && flag.locks.contains(lock);
  });
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    const LockCustom custom = custom_of(context, CellId{i});
    if (!custom.lock || custom.locked * 2 < custom.all || !guards(context, custom.lock, CellId{i})) continue;
    std::vector<FunctionId> reported;
    for (const Access* access : accesses) {
      if (!is_counted(*access) || !access->locks.empty() || !is_in_module(context, access->range)) continue;
      if (std::ranges::find(reported, access->function) != reported.end()) continue;
      if (may_hold(context, access->function, custom.lock) || has_closed(context, *access, custom.lock)) continue;
      const auto conflict = find_conflict(context, *access);
      if (!conflict) continue;
      Weight weight =
          weigh(context, CellId{i}, {Severity::warning, Severity::warning, Severity::warning}, access->function);
      if (!weight.is_reported) continue;
      reported.push_back(access->function);
      findings.push_back(
          {.rule = &inconsistent_lock,
           .severity = weight.severity,
           .effect = conflict->effect,
           .breaks_on = breaks_on(context, *conflict),
           .range = access->range,
           .message = fmt::format("`{}` is {} without {}, which is held in {} of {} places that change it or go "
                                  "through it",
                                  part_name(context.model, {access->cell, access->key}),
                                  access->kind == AccessKind::iterate ? "gone through" : "changed",
                                  context.model.locks.description(custom.lock), custom.locked, custom.all),
           .evidence = std::move(weight.evidence),
           .symbol = symbol_of(context, access->cell),
           .interleaving = steps_of_conflict(context, *conflict),
           .fixes = {},
           .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule inconsistent_lock{
    .info = {.name = "inconsistent-lock",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a cell is locked in most places, but not here",
             .why = "A lock protects only from those who take it, too. Where most code changes a cell under a lock, a "
                    "change or an iteration without it can come in the middle of what the others do: an update is "
                    "lost, an iteration raises RuntimeError, a decision is made on what is no longer so. Reading a "
                    "cell once without the lock is not reported, nor are constructors and accesses for which no "
                    "interleaving does harm.",
             .bad = R"py(import threading

class Hits:
    def __init__(self):
        self._lock = threading.Lock()
        self.by_page = {}

    def add(self, page):
        with self._lock:
            self.by_page[page] = self.by_page.get(page, 0) + 1

    def report(self):
        for page in self.by_page:
            print(page, self.by_page[page])
)py",
             .good = R"py(import threading

class Hits:
    def __init__(self):
        self._lock = threading.Lock()
        self.by_page = {}

    def add(self, page):
        with self._lock:
            self.by_page[page] = self.by_page.get(page, 0) + 1

    def report(self):
        with self._lock:
            pages = dict(self.by_page)
        for page in pages:
            print(page, pages[page])
)py",
             .repair = "Holds the lock here as well. It is for review, because what runs under a lock may wait for "
                       "itself, and is not offered in coroutines, around `yield`, or where what is called takes the "
                       "lock as well."},
    .check = check,
};

}  // namespace analysis
