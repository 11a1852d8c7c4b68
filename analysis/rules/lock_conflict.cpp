#include "analysis/rules/lock_conflict.h"

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {
namespace {

bool removes(const Access& access) {
  if (access.kind == AccessKind::unbind || access.kind == AccessKind::item_delete) return true;
  if (access.kind == AccessKind::rebind) return access.value != nullptr && access.value->kind == ir::ValueKind::none;
  return access.kind == AccessKind::mutate && access.mutation == Mutation::remove;
}

/// The innermost `with` around an access that was entered with a lock; none when the lock came otherwise.
ContextId region_of(const Trace& body, const Access& access) {
  for (ContextId at = access.context; at; at = body.contexts[at.index].parent) {
    if (body.contexts[at.index].kind == Context::Kind::with) return at;
  }
  return {};
}

/// Whether an access reads the old value and writes what it made of it.
bool updates(const Access& access) { return access.is_update || access.is_rebuild; }

bool is_same_part(const Access& left, const Access& right) {
  return left.cell == right.cell && (!left.key || !right.key || left.key == right.key);
}

/// Whether the second access of a region relies on what the first one saw.
bool relies_on(const Access& first, const Access& second) {
  const bool asks = first.kind == AccessKind::test || first.kind == AccessKind::read;
  if (!asks || !is_same_part(first, second)) return false;
  return is_write(second.kind) || second.kind == AccessKind::call_on || second.kind == AccessKind::iterate ||
         (second.kind == AccessKind::read && first.depth < second.depth && first.kind == AccessKind::test);
}

/// Whether taking something away fails when it is gone already.
bool fails_when_missing(const RuleContext& context, const Access& access) {
  if (access.kind == AccessKind::unbind || access.kind == AccessKind::item_delete) return true;
  const std::string_view method = context.model.symbols.names.text(access.method);
  if (method == "remove" || method == "popleft" || method == "popitem") return true;
  if (method != "pop") return false;
  const FunctionSymbol& function = context.model.function(access.function);
  return std::ranges::none_of(function.facts->calls, [&](const ir::Call& call) {
    return function.absolute(call.range) == access.range && 1 < call.argument_count;
  });
}

/// What a removal in between does to the second access: nothing, if that only puts something in.
std::optional<LockConflict> spoil_by_removal(const RuleContext& context, LockConflict conflict) {
  const Access& second = *conflict.second;
  if (is_write(second.kind) && !fails_when_missing(context, second)) return {};
  conflict.effect = Effect::exception;
  conflict.harm = "uses what is no longer there";
  return conflict;
}

/// How `other`, which may come between the two, spoils what one thread does. Nothing when it does not.
std::optional<LockConflict> spoil(const RuleContext& context, const Compound& pair, const Access& other) {
  LockConflict conflict{pair.first, &other, pair.second};
  const Access& second = *pair.second;
  if (pair.first->kind == AccessKind::iterate) {
    // Only what changes the container itself: an element may grow meanwhile.
    const std::uint32_t depth = pair.first->depth;
    if (!adds_elements(other, depth) && !removes_elements(other, depth)) return {};
    if (!notices_changes(context, other.cell, other)) return {};
    conflict.effect = Effect::exception;
    conflict.harm = "goes on and finds it changed: `RuntimeError`";
    return conflict;
  }
  if (!is_write(other.kind) || !is_same_part(second, other)) return {};
  if (updates(second)) {
    if (!second.is_rebuild && !other.is_update && other.kind != AccessKind::rebind && other.depth != second.depth)
      return {};
    conflict.effect = Effect::lost_update;
    conflict.harm = "writes its own over it: what thread 2 wrote is lost";
    return conflict;
  }
  if (removes(other)) return spoil_by_removal(context, conflict);
  // A flag that is set once more says the same, and a use is as good with what thread 2 put there.
  if ((other.value != nullptr && is_constant(*other.value)) || !is_write(second.kind) || removes(second) ||
      (second.value != nullptr && is_constant(*second.value)))
    return {};
  conflict.effect = Effect::stale_decision;
  conflict.harm = "acts on what it saw before: thread 2 has changed it since";
  return conflict;
}

}  // namespace

bool is_assumed_lock(const ConcurrencyModel& model, LockId lock) {
  const std::string& name = model.locks.name(lock);
  return name.starts_with('@') || name.find("caller's") != std::string::npos || name.find(':') != std::string::npos;
}

bool are_unexcluded(const ConcurrencyModel& model, const LockSet& left, const LockSet& right) {
  if (!intersection(left, right).empty()) return false;
  const auto is_any = [&](LockId lock) { return is_assumed_lock(model, lock); };
  const bool may_be_same = (std::ranges::any_of(left.locks(), is_any) && !right.empty()) ||
                           (std::ranges::any_of(right.locks(), is_any) && !left.empty());
  return !may_be_same;
}

bool notices_changes(const RuleContext& context, CellId cell, const Access& change) {
  bool is_list = false;
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    if (!binding.op->value) continue;
    const ir::StatementFacts& facts = *context.model.function(binding.function).facts;
    const ir::Value& value = facts.values[binding.op->value.index];
    const ContainerType made = container_made_by(maker_of(facts, value));
    if (value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set) return true;
    if (made == ContainerType::dict || made == ContainerType::set) return true;
    // A deque raises as a dictionary does; a list only skips elements.
    if (maker_of(facts, value) == "deque") return true;
    is_list = is_list || value.kind == ir::ValueKind::list || made == ContainerType::list;
  }
  return !is_list && (change.kind == AccessKind::item_delete || change.mutation == Mutation::remove);
}

std::optional<Compound> compound_around(const RuleContext& context, const Access& access) {
  const Trace& body = body_of(context.model, access);
  if (access.kind == AccessKind::iterate || updates(access)) return Compound{&access, &access};
  const ContextId region = region_of(body, access);
  for (auto before = body.accesses.rbegin(); before != body.accesses.rend(); ++before) {
    if (&access <= &*before || before->cell != access.cell || intersection(before->locks, access.locks).empty())
      continue;
    if (region && !is_within(body, before->context, region)) continue;
    if (!relies_on(*before, access) || are_exclusive(body, before->context, access.context)) continue;
    if (before->range.overlaps(access.range)) continue;
    return Compound{&*before, &access};
  }
  return {};
}

std::optional<LockConflict> find_conflict(const RuleContext& context, const Access& access) {
  const auto& accesses = context.accesses[access.cell.index];
  const auto collides = [&](const Access& other) {
    return &other != &access && are_unexcluded(context.model, other.locks, access.locks);
  };
  const bool is_compound = access.kind == AccessKind::iterate || updates(access);
  for (const Access* other : accesses) {
    if (!collides(*other) || other->locks.empty()) continue;
    if (is_compound && is_write(other->kind)) {
      if (auto conflict = spoil(context, {&access, &access}, *other)) return conflict;
    }
    if (!is_write(access.kind)) continue;
    const auto pair = compound_around(context, *other);
    if (!pair) continue;
    if (auto conflict = spoil(context, *pair, access)) return conflict;
  }
  return {};
}

std::vector<Step> steps_of_conflict(const RuleContext& context, const LockConflict& conflict) {
  const auto part = [](const Access& access) { return CellPart{access.cell, access.key}; };
  const auto holding = [&](const Access& access) {
    return access.locks.empty() ? std::string(" without a lock")
                                : " holding " + describe_locks(context.model, access.locks);
  };
  const Access& first = *conflict.first;
  const Access& other = *conflict.other;
  const Access& second = *conflict.second;
  const StepAccess begin = !updates(first)                                ? step_access(first)
                           : step_access(first) == StepAccess::item_write ? StepAccess::item_read
                                                                          : StepAccess::read;
  const std::string verb = first.kind == AccessKind::iterate ? "begins to go through it" : "reads it";
  return {make_step(context, 1, begin, first.function, part(first), verb + holding(first), first.range),
          make_step(context, 2, step_access(other), other.function, part(other), "changes it" + holding(other),
                    other.range),
          make_step(context, 1, step_access(second), second.function, part(second), conflict.harm, second.range)};
}

BreaksOn breaks_on(const RuleContext& context, const LockConflict& conflict) {
  const Access& first = *conflict.first;
  const FunctionSymbol& function = context.model.function(first.function);
  // Other threads get their turn at calls and where loops begin anew.
  if (first.kind == AccessKind::iterate) return BreaksOn::every_build;
  const TextRange between{std::min(first.range.begin, conflict.second->range.begin), conflict.second->range.end};
  const bool calls = std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::call && op.kind != ir::OpKind::loop) return false;
    const TextRange range = function.absolute(op.range);
    const bool is_part_of_first = first.range.contains(range) && first.range != conflict.second->range;
    return between.contains(range) && !is_part_of_first && range != conflict.second->range;
  });
  return calls ? BreaksOn::every_build : BreaksOn::free_threaded;
}

std::string describe_locks(const ConcurrencyModel& model, const LockSet& locks) {
  std::string text;
  for (const LockId lock : locks.locks()) text += (text.empty() ? "" : " and ") + model.locks.description(lock);
  return text;
}

}  // namespace analysis
