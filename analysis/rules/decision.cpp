#include "analysis/rules/decision.h"

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/counted_loop.h"
#include "analysis/rules/failing_use.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {
namespace {

using ir::TestKind;

constexpr std::array<std::string_view, 6> lookup_errors{"KeyError",   "IndexError",     "LookupError",
                                                        "ValueError", "AttributeError", "TypeError"};

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

/// One that is made by an access which looks at all of the part, and carried out by another.
Decision decision_between(const RuleContext& context, const Trace& body, const Access& look, const Access& act,
                          const CellPart& part) {
  Decision decision;
  decision.part = decision.tested = part;
  decision.test = look.range;
  decision.test_access = step_access(look);
  decision.test_call = call_around(context.model.function(act.function), look.range);
  decision.test_locks = look.locks;
  decision.locks = held_throughout(body, look.locks, index_of(body, look) + 1, index_of(body, act));
  decision.act = &act;
  return decision;
}

}  // namespace

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
    Decision decision = decision_between(context, body, *collected, access, {cell, key});
    decision.raised = "KeyError";
    decision.found = "collects the keys";
    return decision;
  }
  return {};
}

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
  Decision decision = decision_between(context, body, *count, act, {act.cell, {}});
  decision.raised = raised;
  decision.is_count = true;
  decision.found = "counts its elements";
  return decision;
}

}  // namespace analysis
