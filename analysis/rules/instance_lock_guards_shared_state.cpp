// Finds locks of instances around what all instances share.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/lock_origin.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule instance_lock_guards_shared_state;

namespace {

/// Whether each object that takes the lock has one of its own, and there may be several such objects.
bool is_of_instance(const RuleContext& context, LockId lock) {
  const LockOrigin origin = origin_of(context.model, lock);
  if (!origin.cell || !origin.is_made_alone) return false;
  if (context.model.cells.cell(origin.cell).kind != CellKind::instance_attribute) return false;
  return !sharing_of(context.model, origin.cell).is_certain;
}

bool is_shared_by_instances(const RuleContext& context, CellId cell) {
  const CellKind kind = context.model.cells.cell(cell).kind;
  return kind == CellKind::global || kind == CellKind::class_attribute;
}

std::vector<Step> steps(const RuleContext& context, const Compound& pair, const std::string& lock) {
  const CellPart part{pair.first->cell, pair.first->key};
  const bool is_item = 0 < pair.first->depth;
  const StepAccess read = !pair.first->is_update ? step_access(*pair.first)
                          : is_item              ? StepAccess::item_read
                                                 : StepAccess::read;
  const FunctionId function = pair.first->function;
  return {
      make_step(context, 1, read, function, part, "reads it, holding the lock " + lock + " of its object",
                pair.first->range),
      make_step(context, 2, read, function, part, "reads it, too: another object has another lock", pair.first->range),
      make_step(context, 1, step_access(*pair.second), function, part, "changes it", pair.second->range),
      make_step(context, 2, step_access(*pair.second), function, part,
                "changes it on the ground of what it saw before: what thread 1 did is lost", pair.second->range)};
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    if (!is_shared_by_instances(context, CellId{i})) continue;
    for (const Access* access : context.accesses[i]) {
      if (!is_write(access->kind) || access->locks.empty() || !is_in_module(context, access->range)) continue;
      if (!std::ranges::all_of(access->locks.locks(), [&](LockId lock) { return is_of_instance(context, lock); }))
        continue;
      const auto pair = compound_around(context, *access);
      if (!pair) continue;
      Weight weight = weigh(context, CellId{i}, {Severity::error, Severity::error, Severity::warning});
      if (!weight.is_reported) break;
      const std::string lock = describe_locks(context.model, access->locks);
      findings.push_back({.rule = &instance_lock_guards_shared_state,
                          .severity = weight.severity,
                          .effect = access->is_update ? Effect::lost_update : Effect::stale_decision,
                          .breaks_on = BreaksOn::free_threaded,
                          .range = access->range,
                          .message = fmt::format("{} is another lock in each object, and `{}` is the same for all: two "
                                                 "objects do not exclude each other",
                                                 lock, part_name(context.model, {access->cell, access->key})),
                          .evidence = std::move(weight.evidence),
                          .symbol = symbol_of(context, access->cell),
                          .interleaving = steps(context, *pair, lock),
                          .fixes = {},
                          .fingerprint = 0});
      findings.back().breaks_on = breaks_on(context, {pair->first, pair->second, pair->second});
      break;
    }
  }
}

}  // namespace

const Rule instance_lock_guards_shared_state{
    .info = {.name = "instance-lock-guards-shared-state",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "a lock of each object guards what all objects share",
             .why =
                 "Each object makes its own lock, but a module global or class attribute is one for all of them. Two "
                 "threads with two objects each hold a lock, and both are in the middle of the update. Make the "
                 "lock where the cell is made: at module level or in the class body.",
             .bad = R"py(import threading

class Connection:
    opened = 0

    def __init__(self):
        self._lock = threading.Lock()

    def open(self):
        with self._lock:
            Connection.opened += 1
)py",
             .good = R"py(import threading

class Connection:
    opened = 0
    _lock = threading.Lock()

    def open(self):
        with self._lock:
            Connection.opened += 1
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
