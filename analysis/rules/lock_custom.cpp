#include "analysis/rules/lock_custom.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

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

/// A helper for subclasses or other modules: who calls it, and under which lock, is not seen.
bool is_called_elsewhere(const RuleContext& context, FunctionId id) {
  const FunctionFacts& facts = context.model.functions[id.index];
  return is_private_name(context.model.symbols, context.model.function(id)) && facts.callers.empty() &&
         !facts.is_address_taken;
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
    return runs_alone(context, caller) || is_called_elsewhere(context, caller) || holds(calling.entry_locks) ||
           std::ranges::all_of(calling.calls,
                               [&](const CallSite& site) { return site.callee != function || holds(site.locks); });
  });
}

}  // namespace

bool is_counted(const Access& access) { return is_write(access.kind) || access.kind == AccessKind::iterate; }

LockCustom custom_of(const RuleContext& context, CellId cell) {
  LockCustom custom;
  std::map<LockId, int> holders;
  int assumed = 0;
  for (const Access* access : context.accesses[cell.index]) {
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

bool may_hold(const RuleContext& context, FunctionId id, LockId lock) {
  const FunctionSymbol& function = context.model.function(id);
  const std::string_view name = name_of(context, id);
  const bool is_inner = function.receiver == Receiver::none && function.parent &&
                        context.model.function(function.parent).code->kind == ir::FunctionKind::function;
  if (is_inner || runs_alone(context, id) || name == "__repr__" || name == "__str__") return true;
  const FunctionFacts& facts = context.model.functions[id.index];
  if (facts.callers.empty()) return is_called_elsewhere(context, id);
  return !facts.is_address_taken && is_always_called_with(context, id, lock);
}

}  // namespace analysis
