// Finds writes and iterations that go without the lock under which the cell is used elsewhere.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/lock_origin.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule inconsistent_lock;

namespace {

bool is_counted(const Access& access) { return is_write(access.kind) || access.kind == AccessKind::iterate; }

/// How the cell is locked, over all its writes and iterations of the run phase.
struct Custom {
  LockId lock;  // the one that most of them hold; none if there is none
  int locked = 0;
  int all = 0;
};

Custom custom_of(const RuleContext& context, const std::vector<const Access*>& accesses) {
  Custom custom;
  std::map<LockId, int> holders;
  int assumed = 0;
  for (const Access* access : accesses) {
    if (!is_counted(*access)) continue;
    ++custom.all;
    bool is_assumed = false;
    for (const LockId lock : access->locks.locks()) {
      if (is_assumed_lock(context.model, lock)) {
        is_assumed = true;
      } else {
        ++holders[lock];
      }
    }
    if (is_assumed) ++assumed;
  }
  for (const auto& [lock, count] : holders) {
    if (custom.locked < count) {
      custom.lock = lock;
      custom.locked = count;
    }
  }
  custom.locked = std::min(custom.all, custom.locked + assumed);
  return custom;
}

std::string_view name_of(const RuleContext& context, FunctionId id) {
  const FunctionSymbol& function = context.model.function(id);
  return context.model.symbols.text(function, function.code->name);
}

/// Whether the object is not shared yet, or no longer, when the function runs: constructors, and what runs in the child
/// after a fork, where there is one thread.
bool runs_alone(const RuleContext& context, FunctionId id) {
  return is_private_phase(name_of(context, id)) || context.model.functions[id.index].is_construction ||
         name_of(context, id).find("fork") != std::string_view::npos;
}

/// Whether all calls that this module makes of the function hold the lock. Others may call it without, but nobody has
/// been seen to.
bool is_always_called_with(const RuleContext& context, FunctionId function, LockId lock) {
  const FunctionFacts& facts = context.model.functions[function.index];
  const auto holds = [&](const LockSet& locks) {
    return locks.contains(lock) ||
           std::ranges::any_of(locks.locks(), [&](LockId held) { return is_assumed_lock(context.model, held); });
  };
  return std::ranges::all_of(facts.callers, [&](FunctionId caller) {
    const FunctionFacts& calling = context.model.functions[caller.index];
    return runs_alone(context, caller) || holds(calling.entry_locks) ||
           std::ranges::all_of(calling.calls,
                               [&](const CallSite& site) { return site.callee != function || holds(site.locks); });
  });
}

/// Whether who runs the function may well hold the lock: it is handed out from another function, or it is private and
/// called from another module, if at all.
bool is_taken_at_its_word(const RuleContext& context, FunctionId id, LockId lock) {
  const FunctionSymbol& function = context.model.function(id);
  const std::string_view name = name_of(context, id);
  const bool is_inner =
      function.parent && context.model.function(function.parent).code->kind == ir::FunctionKind::function;
  if (is_inner || runs_alone(context, id) || name == "__repr__" || name == "__str__") return true;
  const FunctionFacts& facts = context.model.functions[id.index];
  const bool is_private = name.starts_with('_') && !name.ends_with("__");
  if (facts.callers.empty()) return is_private && !facts.is_address_taken;
  return !facts.is_address_taken && is_always_called_with(context, id, lock);
}

/// A lock that belongs to the object, or to its class, guards the object. A lock of the module guards something else,
/// and says nothing of who shares an object.
bool guards(const RuleContext& context, LockId lock, CellId cell) {
  if (context.model.cells.cell(cell).kind != CellKind::instance_attribute) return true;
  const CellId origin = origin_of(context.model, lock).cell;
  return origin && context.model.cells.cell(origin).kind != CellKind::global;
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    const Custom custom = custom_of(context, accesses);
    if (!custom.lock || custom.locked * 2 < custom.all || !guards(context, custom.lock, CellId{i})) continue;
    std::vector<FunctionId> reported;
    for (const Access* access : accesses) {
      if (!is_counted(*access) || !access->locks.empty()) continue;
      if (std::ranges::find(reported, access->function) != reported.end()) continue;
      if (is_taken_at_its_word(context, access->function, custom.lock)) continue;
      const auto conflict = find_conflict(context, *access);
      if (!conflict) continue;
      Weight weight = weigh(context, CellId{i}, {Severity::warning, Severity::warning, Severity::warning});
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
        for page, count in self.by_page.items():
            print(page, count)
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
        for page, count in pages.items():
            print(page, count)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
