// Finds entries that are stored, and looked up again as if they could not have gone meanwhile.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule reread_after_store;

namespace {

constexpr std::array<std::string_view, 2> lookup_errors{"KeyError", "LookupError"};

/// A class that throws entries out by itself: its objects get full, or hold what nobody else needs weakly.
bool evicts(std::string_view maker) {
  static constexpr std::array<std::string_view, 6> parts{"LRU", "Cache", "Bounded", "TTL", "Weak", "Limited"};
  return std::ranges::any_of(parts, [&](std::string_view part) { return maker.find(part) != std::string_view::npos; });
}

bool is_evicting(const ConcurrencyModel& model, CellId cell) {
  return std::ranges::any_of(bindings_of(model, cell),
                             [&](const auto& binding) { return evicts(maker_of(model, binding)); });
}

/// `X[k] = v` and `X.setdefault(k, v)`.
bool stores(const ConcurrencyModel& model, const Access& access) {
  if (!access.key) return false;
  if (access.kind == AccessKind::item_write) return access.depth == 1 && !access.is_update;
  return access.kind == AccessKind::mutate && access.depth == 0 &&
         model.symbols.names.text(access.method) == "setdefault";
}

/// `X[k]`, looked up anew and relied on. What is assigned to it or deleted there is another story.
bool rereads(const RuleContext& context, const Access& access, const Access& store) {
  if (access.cell != store.cell || access.key != store.key || access.depth == 0) return false;
  if (access.depth == 1 && (access.kind == AccessKind::item_write || access.kind == AccessKind::item_delete))
    return false;
  const std::string subscript = fmt::format("[{}]", context.model.symbols.names.text(access.key));
  return text_of(context, access.range).find(subscript) != std::string_view::npos;
}

const Access* find_reread(const RuleContext& context, const Trace& body, std::size_t stored) {
  const Access& store = body.accesses[stored];
  for (std::size_t i = stored + 1; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (access.cell == store.cell && (access.kind == AccessKind::rebind || stores(context.model, access)))
      return nullptr;
    if (access.cell == store.cell && removes_elements(access, 0)) return nullptr;
    if (!rereads(context, access, store) || are_exclusive(body, access.context, store.context)) continue;
    if (is_caught(context.model, access.function, access.range, lookup_errors)) continue;
    const bool is_asked = std::ranges::any_of(body.presences, [&](const Guard& guard) {
      return guard.part == CellPart{store.cell, store.key} && store.range.end < guard.test.begin &&
             is_within(body, access.context, guard.region);
    });
    if (!is_asked) return &access;
  }
  return nullptr;
}

struct Eviction {
  const Access* access = nullptr;  // null: the class does it by itself
  FunctionId function;
};

std::optional<Eviction> eviction_of(const RuleContext& context, const Access& store, const LockSet& held) {
  const Access* taken = find_rival(context, store.cell, store.function, [&](const Trace& body, const Access& access) {
    return body.root != store.function && removes_elements(access, 0) &&
           are_unexcluded(context.model, held, access.locks);
  });
  if (taken != nullptr) return Eviction{taken, taken->function};
  if (!held.empty() || !is_evicting(context.model, store.cell)) return {};
  return Eviction{nullptr, store.function};
}

void examine(const RuleContext& context, const Trace& body, std::size_t stored, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const Access& store = body.accesses[stored];
  if (!stores(model, store) || !can_race(model, store.cell) || container_in(model, store.cell).makes_missing) return;
  const Access* reread = find_reread(context, body, stored);
  if (reread == nullptr || !may_run_on_threads(model, body.root)) return;
  // Objects that throw entries out run Python code when something is stored.
  const bool runs_python = is_evicting(model, store.cell);
  if (!runs_python && !takes_time_between(model, store.function, store.range.end, reread->range.begin)) return;
  if (is_reported(context, reread_after_store, store.cell, store.function, findings)) return;
  const auto eviction = eviction_of(context, store, intersection(store.locks, reread->locks));
  if (!eviction) return;
  Weight weight = weigh(context, store.cell, {Severity::warning, Severity::information, Severity::hint}, body.root);
  if (!weight.is_reported) return;
  const CellPart part{store.cell, store.key};
  const std::string name = part_name(model, part);
  const std::string by = eviction->access == nullptr
                             ? std::string("what other threads store may throw it out")
                             : fmt::format("`{}` may take it out", model.function(eviction->function).qualified_name);
  std::vector<Step> steps{
      make_step(context, 1, step_access(store), store.function, part, "stores the entry", store.range)};
  const Access& second = eviction->access == nullptr ? store : *eviction->access;
  steps.push_back(make_step(
      context, 2, step_access(second), second.function, part,
      eviction->access == nullptr ? "stores another one, for which it is thrown out" : "takes it out", second.range));
  steps.push_back(make_step(context, 1, step_access(*reread), reread->function, part,
                            "looks it up again, and raises `KeyError`", reread->range));
  findings.push_back({.rule = &reread_after_store,
                      .severity = weight.severity,
                      .effect = Effect::exception,
                      .breaks_on = BreaksOn::every_build,
                      .range = reread->range,
                      .message = fmt::format("`{}` may be gone since {} stored it: {} in between, and this raises "
                                             "`KeyError`",
                                             name, line_of(context, store.range.begin), by) +
                                 other_name(context, *reread),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, store.cell),
                      .interleaving = std::move(steps),
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (std::size_t i = 0; i < body.accesses.size(); ++i) examine(context, body, i, findings);
  }
}

}  // namespace

const Rule reread_after_store{
    .info = {.name = "reread-after-store",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an entry is stored and looked up again, while another thread may take it out",
             .why = "Between storing the entry and looking it up again other threads run. One of them may take it out, "
                    "or fill a cache of limited size so that it is thrown out; the second lookup raises `KeyError`, "
                    "though the entry was stored a few lines above. It happens on every build of CPython. Keep the "
                    "object in a local variable and go on with that.",
             .bad = R"py(_jobs = {}

def submit(name, job):
    _jobs[name] = job
    log("submitted " + name)
    _jobs[name].start()

def cancel(name):
    _jobs.pop(name, None)
)py",
             .good = R"py(_jobs = {}

def submit(name, job):
    _jobs[name] = job
    log("submitted " + name)
    job.start()

def cancel(name):
    _jobs.pop(name, None)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
