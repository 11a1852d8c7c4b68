// Finds updates of shared cells that no lock holds together: two threads read the same old value.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/lock_custom.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule unlocked_update;

namespace {

/// What the initial values say of the cell: `n += x` adds to a number, but extends a list in place.
bool holds_container(const RuleContext& context, CellId cell) {
  return std::ranges::any_of(bindings_of(context.model, cell), [&](const CellTable::Binding& binding) {
    if (!binding.op->value) return false;
    const ir::StatementFacts& facts = *context.model.function(binding.function).facts;
    const ir::Value& value = facts.values[binding.op->value.index];
    return value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set ||
           container_made_by(maker_of(facts, value)) != ContainerType::none;
  });
}

bool holds_number(const RuleContext& context, CellId cell) {
  return std::ranges::any_of(bindings_of(context.model, cell), [&](const CellTable::Binding& binding) {
    if (!binding.op->value || binding.op->kind != ir::OpKind::bind) return false;
    const ir::Value& value = context.model.function(binding.function).facts->values[binding.op->value.index];
    return value.kind == ir::ValueKind::number || value.kind == ir::ValueKind::string ||
           value.kind == ir::ValueKind::boolean;
  });
}

/// Where a switch to another thread between reading and writing is possible.
BreaksOn breaks_on(const RuleContext& context, const Access& update) {
  const FunctionSymbol& function = context.model.function(update.function);
  BreaksOn result = BreaksOn::free_threaded;
  if (update.value == nullptr) return result;
  const TextRange value = function.absolute(update.value->range);
  for (const ir::Op& op : function.code->ops) {
    if (!value.contains(function.absolute(op.range))) continue;
    if (op.kind == ir::OpKind::await) return BreaksOn::await;
    if (op.kind == ir::OpKind::call) result = BreaksOn::every_build;
  }
  return result;
}

/// The locks under which the old value is read and the new one written, given back nowhere between.
LockSet locks_of(const RuleContext& context, const Access& update) {
  const Trace& body = body_of(context.model, update);
  return held_throughout(body, update.locks, update.since, index_of(body, update));
}

/// `X = [x for x in X if …]`, which only takes out: a second thread that does the same loses nothing.
bool only_filters(const Access& access) {
  return access.is_rebuild && access.value != nullptr && access.value->is_comprehension;
}

bool is_lossy(const RuleContext& context, const Access& access) {
  if (!access.is_update && !access.is_rebuild) return false;
  // What is deeper inside is another object, of which the cell says nothing.
  if (1 < access.depth || !locks_of(context, access).empty()) return false;
  const FunctionSymbol& function = context.model.function(access.function);
  // Nothing else runs on the event loop between two statements of a coroutine.
  if (function.code->is_async && breaks_on(context, access) != BreaksOn::await) return false;
  if (access.kind != AccessKind::mutate) return true;
  return holds_number(context, access.cell) && !holds_container(context, access.cell);
}

/// An update that can be lost, and what is lost by it or with it.
struct LostUpdate {
  const Access& update;
  const Access& reading;  // of the old value
  const Access& other;    // another update, or what the update writes over
};

bool is_held_twice(const LostUpdate& lost) { return &lost.reading != &lost.update && !lost.update.locks.empty(); }

/// The loop of `X = [x for x in X if …]`: until it is over, what other threads put into `X` is seen. Null if there is
/// none.
const Access* find_own_loop(const RuleContext& context, const LostUpdate& lost) {
  const auto& accesses = body_of(context.model, lost.update).accesses;
  const auto found = std::ranges::find_if(accesses, [&](const Access& access) {
    return access.cell == lost.update.cell && access.kind == AccessKind::iterate &&
           lost.update.range.contains(access.range);
  });
  return found == accesses.end() ? nullptr : &*found;
}

std::vector<Step> steps(const RuleContext& context, const LostUpdate& lost) {
  const auto step = [&](int thread, const Access& access, StepAccess kind, std::string text, TextRange range) {
    return make_step(context, thread, kind, access.function, {access.cell, access.key}, std::move(text), range);
  };
  const Access& first = lost.update;
  const StepAccess read = 0 < first.depth ? StepAccess::item_read : StepAccess::read;
  const StepAccess write = 0 < first.depth ? StepAccess::item_write : StepAccess::write;
  if (!lost.other.is_update && !lost.other.is_rebuild) {
    const Access* loop = find_own_loop(context, lost);
    return {loop == nullptr ? step(1, first, read, "reads the old value", lost.reading.range)
                            : step(1, *loop, StepAccess::iterate, "has gone through the old value", loop->range),
            step(2, lost.other, step_access(lost.other), "changes it", lost.other.range),
            step(1, first, write, "writes its own over it: the change of thread 2 is lost", first.range)};
  }
  const Access& second = lost.other;
  std::vector<Step> steps;
  steps.push_back(step(1, first, read, "reads the old value", lost.reading.range));
  const auto release = [&](int thread, const Access& access, TextRange held, TextRange later) {
    if (!is_held_twice(lost)) return;
    if (auto found = make_release(context, thread, access.function, held, later)) steps.push_back(*std::move(found));
  };
  const TextRange second_reading = reading_of(context, second).range;
  release(1, first, lost.reading.range, first.range);
  steps.push_back(step(2, second, read, "reads the same old value", second_reading));
  release(2, second, second_reading, second.range);
  steps.push_back(step(1, first, write, "writes the new value", first.range));
  release(1, first, first.range, lost.reading.range);
  steps.push_back(step(2, second, write, "writes its own over it: the update of thread 1 is lost", second.range));
  return steps;
}

std::string message(const RuleContext& context, const LostUpdate& lost) {
  const Access& update = lost.update;
  const std::string name = part_name(context.model, {update.cell, update.key});
  const std::string line = line_of(context, lost.reading.range.begin);
  if (is_held_twice(lost)) {
    return fmt::format(
        "{} writes what was made of `{}` in {}, but {} was given back since: an update by another thread "
        "in between is lost",
        quoted(context, update.range), name, line, describe_locks(context.model, update.locks));
  }
  if (update.is_rebuild) {
    const bool is_one_statement = update.range.contains(lost.reading.range);
    return fmt::format(
        "{} replaces `{}` by a changed copy of {}, without a lock: what another thread changes in between "
        "is lost",
        quoted(context, update.range), name, is_one_statement ? "itself" : "what " + line + " found");
  }
  return fmt::format(
      "{} reads and writes `{}` in two steps without a lock: an update by another thread in between is "
      "lost",
      quoted(context, update.range), name);
}

void report(const RuleContext& context, const LostUpdate& lost, std::vector<Finding>& findings) {
  const Access& update = lost.update;
  // Who copies before changing, or locks each half, has threads in mind.
  const bool is_careful = update.is_rebuild || is_held_twice(lost);
  const SeverityScale scale = is_careful ? SeverityScale{Severity::warning, Severity::warning, Severity::information}
                                         : SeverityScale{Severity::warning, Severity::information, Severity::hint};
  Weight weight = weigh(context, update.cell, scale, update.function);
  if (!weight.is_reported) return;
  findings.push_back({.rule = &unlocked_update,
                      .severity = weight.severity,
                      .effect = Effect::lost_update,
                      .breaks_on = &lost.reading == &update ? breaks_on(context, update) : BreaksOn::every_build,
                      .range = update.range,
                      .message = message(context, lost),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, update.cell),
                      .interleaving = steps(context, lost),
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const CellId cell{i};
    const auto& accesses = context.accesses[i];
    const LockId lock = custom_of(context, cell).lock;
    const auto is_update = [&](const Access* access) {
      return is_lossy(context, *access) && !(lock && may_hold(context, access->function, lock));
    };
    const auto is_lost_by = [&](const Access& update, const Access& other) {
      if (other.function == update.function) return false;
      if (!update.is_rebuild) return is_update(&other) && other.key == update.key && other.depth == update.depth;
      return only_filters(update) ? adds_elements(other, 0) || (is_update(&other) && !only_filters(other))
                                  : is_write(other.kind);
    };
    for (const Access* update : accesses) {
      if (!is_update(update) || !is_in_module(context, update->range)) continue;
      // Another function tells more than the same one run twice.
      const auto elsewhere =
          std::ranges::find_if(accesses, [&](const Access* access) { return is_lost_by(*update, *access); });
      if (elsewhere == accesses.end() && only_filters(*update)) continue;
      const Access& other = elsewhere == accesses.end() ? *update : **elsewhere;
      report(context, {*update, reading_of(context, *update), other}, findings);
      break;  // one cell, one finding
    }
  }
}

}  // namespace

const Rule unlocked_update{
    .info = {.name = "unlocked-update",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a shared cell is updated from its old value without a lock",
             .why = "`n += 1` reads, adds and writes. Two threads that read the same old value both write the same new "
                    "one, and one of the two updates is gone. With a call on the right side this happens on every "
                    "build; without one the GIL of CPython 3.10 and later happens to hide it, and free-threaded builds "
                    "and older versions lose updates. A copy that is changed and put back is such an update, too, "
                    "and a lock helps only if it is held from reading to writing. Where only the next number is "
                    "wanted, `next()` of an "
                    "`itertools.count()` needs no lock.",
             .bad = R"py(hits = 0

def hit():
    global hits
    hits += 1
)py",
             .good = R"py(import threading

_lock = threading.Lock()
hits = 0

def hit():
    global hits
    with _lock:
        hits += 1
)py",
             .repair = "Holds a lock around the update: the one that guards the cell elsewhere, or a new one beside "
                       "it, which then all places of the module take that change the cell. It is for review, because "
                       "what runs under a lock may wait for itself, and is not offered in coroutines, around `yield`, "
                       "for a cell that other modules change, or where what is called takes the lock as well."},
    .check = check,
};

}  // namespace analysis
