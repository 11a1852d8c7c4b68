// Finds caches by key that two threads may both fill for one key.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/made_value.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule check_then_set_cache;

namespace {

constexpr std::array<std::string_view, 2> lookup_errors{"KeyError", "LookupError"};

/// What filling the cache twice, or emptying it meanwhile, leads to.
struct Outcome {
  SeverityScale scale{Severity::hint, Severity::hint, Severity::hint};
  Effect effect = Effect::duplicate_work;
  std::string consequence = "it costs no more than the work";
  const Access* eviction = nullptr;  // with it `reread`: the entry is read again and may be gone
  const Access* reread = nullptr;
};

/// `X[k]` after it was stored, in the same function.
const Access* find_reread(const Initialization& initialization, const Access& store) {
  const std::vector<Access>& accesses = initialization.trace->accesses;
  for (auto i = static_cast<std::size_t>(&store - accesses.data()) + 1; i < accesses.size(); ++i) {
    const Access& access = accesses[i];
    if (!concerns(access, initialization.guard->part) || access.depth == 0 || access.is_indirect) continue;
    if (access.function == store.function && is_use(access.kind)) return &access;
  }
  return nullptr;
}

Outcome outcome_of(const RuleContext& context, const Initialization& initialization, const Access& store) {
  const ConcurrencyModel& model = context.model;
  const FunctionSymbol& function = model.function(store.function);
  const std::string_view maker = maker_behind(model.symbols, function, *store.value);
  Outcome outcome;
  if (makes_lock(model.symbols.added, maker)) {
    outcome.scale = {Severity::error, Severity::error, Severity::warning};
    outcome.effect = Effect::no_protection;
    outcome.consequence = "each holds a lock of its own, which protects nothing";
    return outcome;
  }
  const Access* reread = find_reread(initialization, store);
  if (reread != nullptr && !is_caught(model, reread->function, reread->range, lookup_errors)) {
    const Access* eviction = find_rival(context, store.cell, store.function, [&](const Trace&, const Access& access) {
      return removes_elements(access, 0) && are_unexcluded(context.model, access.locks, reread->locks);
    });
    if (eviction != nullptr && !container_in(model, store.cell).makes_missing) {
      outcome.scale = {Severity::warning, Severity::information, Severity::hint};
      outcome.effect = Effect::exception;
      outcome.eviction = eviction;
      outcome.reread = reread;
      return outcome;
    }
  }
  const auto adds_to_entry = [&](const Trace&, const Access& access) { return adds_elements(access, 1); };
  if (is_empty_container(function, *store.value) &&
      find_rival(context, store.cell, store.function, adds_to_entry) != nullptr) {
    outcome.scale = {Severity::warning, Severity::information, Severity::hint};
    outcome.effect = Effect::lost_update;
    outcome.consequence = "what was put into the first is lost";
  } else if (makes_resource(maker)) {
    outcome.scale = {Severity::warning, Severity::information, Severity::hint};
    outcome.consequence = fmt::format("`{}` would run twice", maker);
  }
  return outcome;
}

std::vector<Step> steps_of(const RuleContext& context, const Initialization& initialization, const Outcome& outcome,
                           const Access& store) {
  if (outcome.reread == nullptr) return steps_of_duplicate_work(context, initialization);
  const CellPart& part = initialization.guard->part;
  const Access& eviction = *outcome.eviction;
  const Access& reread = *outcome.reread;
  return {make_step(context, 1, step_access(store), store.function, part, "stores the entry", store.range),
          make_step(context, 2, step_access(eviction), eviction.function, part, "takes it out", eviction.range),
          make_step(context, 1, step_access(reread), reread.function, part, "reads it again and raises `KeyError`",
                    reread.range)};
}

std::string message_of(const RuleContext& context, const Initialization& initialization, const Outcome& outcome) {
  const std::string name = part_name(context.model, initialization.guard->part);
  if (outcome.reread != nullptr) {
    return fmt::format("`{}` is stored here and read again in {}: `{}` may take it out in between", name,
                       line_of(context, outcome.reread->range.begin),
                       context.model.function(outcome.eviction->function).qualified_name);
  }
  return fmt::format("`{}` may be made twice: two threads can both pass {}, and {}", name,
                     quoted(context, initialization.guard->test), outcome.consequence);
}

/// Where the switch must come: between storing and reading again, or between the test and storing.
BreaksOn breaks_on(const RuleContext& context, const Initialization& initialization, const Outcome& outcome,
                   const Access& store) {
  const bool is_lost_later = outcome.reread != nullptr && outcome.reread->function == store.function;
  return is_lost_later ? breaks_between(context.model, store.function, store.range.end, outcome.reread->range.end)
                       : breaks_before(context, initialization, store);
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Initialization& initialization : context.initializations) {
    const CellPart& part = initialization.guard->part;
    const Access* store = initialization.first_binding;
    if (!part.key || store == nullptr || store->kind != AccessKind::item_write || store->value == nullptr) continue;
    if (store->mutation == Mutation::extend || is_published_early(initialization) || !store->locks.empty()) continue;
    const FunctionSymbol& maker = context.model.function(store->function);
    if (store->value->kind == ir::ValueKind::boolean || is_repeatable(maker, *store->value) ||
        !can_race(context.model, part.cell))
      continue;
    if (is_reported(context, check_then_set_cache, part.cell, initialization.trace->root, findings)) continue;
    const Outcome outcome = outcome_of(context, initialization, *store);
    Weight weight = weigh(context, part.cell, outcome.scale, store->function);
    if (!weight.is_reported) continue;
    findings.push_back({.rule = &check_then_set_cache,
                        .severity = weight.severity,
                        .effect = outcome.effect,
                        .breaks_on = breaks_on(context, initialization, outcome, *store),
                        .range = reported_range(context, *initialization.trace, *store),
                        .message = message_of(context, initialization, outcome) + other_name(context, *store),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol_of(context, part.cell),
                        .interleaving = steps_of(context, initialization, outcome, *store),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

}  // namespace

const Rule check_then_set_cache{
    .info = {.name = "check-then-set-cache",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "two threads may both fill an entry of a cache",
             .why = "Two threads find the key missing before either has stored it; both make a value, and the second "
                    "replaces the first. For values that are equal this costs only time, and is a hint. It is a "
                    "warning when the value that loses matters: a container to which somebody has added already, a "
                    "connection that stays open, and when the entry is read again while another thread may evict it. "
                    "It is an error when the value is a lock: each thread holds its own. `setdefault` stores in one "
                    "step and gives all callers the same value.",
             .bad = R"py(_groups = {}

def join(name, member):
    if name not in _groups:
        _groups[name] = []
    _groups[name].append(member)
)py",
             .good = R"py(_groups = {}

def join(name, member):
    _groups.setdefault(name, []).append(member)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
