// Finds updates of shared cells that no lock holds together: two threads read the same old value.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_custom.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule unlocked_update;

namespace {

/// Functions in C: on CPython 3.11 and later no other thread gets its turn while they run.
bool runs_no_python(std::string_view callee) {
  static constexpr std::array names{"len",  "int",   "float", "abs",       "min",          "max", "ord", "round",
                                    "time", "clock", "bool",  "monotonic", "perf_counter", "str", "get"};
  return std::ranges::find(names, callee) != names.end();
}

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
    if (op.kind != ir::OpKind::call) continue;
    const ir::Place& callee = function.facts->places[function.facts->calls[op.call.index].callee.index];
    if (!runs_no_python(last_name(*function.facts, callee))) result = BreaksOn::every_build;
  }
  return result;
}

bool is_lossy(const RuleContext& context, const Access& access) {
  // What is deeper inside is another object, of which the cell says nothing.
  if (!access.is_update || 1 < access.depth || !access.locks.empty()) return false;
  const FunctionSymbol& function = context.model.function(access.function);
  // Nothing else runs on the event loop between two statements of a coroutine.
  if (function.code->is_async && breaks_on(context, access) != BreaksOn::await) return false;
  if (access.kind != AccessKind::mutate) return true;
  return holds_number(context, access.cell) && !holds_container(context, access.cell);
}

std::vector<Step> steps(const RuleContext& context, const Access& first, const Access& second) {
  const CellPart part{first.cell, first.key};
  const CellPart other{second.cell, second.key};
  const bool is_item = 0 < first.depth;
  const StepAccess read = is_item ? StepAccess::item_read : StepAccess::read;
  const StepAccess write = is_item ? StepAccess::item_write : StepAccess::write;
  return {make_step(context, 1, read, first.function, part, "reads the old value", first.range),
          make_step(context, 2, read, second.function, other, "reads the same old value", second.range),
          make_step(context, 1, write, first.function, part, "writes the new value", first.range),
          make_step(context, 2, write, second.function, other, "writes its own over it: the update of thread 1 is lost",
                    second.range)};
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const CellId cell{i};
    const auto& accesses = context.accesses[i];
    const LockId lock = custom_of(context, cell).lock;
    const auto is_update = [&](const Access* access) {
      return is_lossy(context, *access) && !(lock && may_hold(context, access->function, lock));
    };
    const auto first = std::ranges::find_if(
        accesses, [&](const Access* access) { return is_update(access) && is_in_module(context, access->range); });
    if (first == accesses.end()) continue;
    const Access& update = **first;
    // Another function that updates the same part tells more than the same one run twice.
    const auto elsewhere = std::ranges::find_if(accesses, [&](const Access* access) {
      return is_update(access) && access->function != update.function && access->key == update.key &&
             access->depth == update.depth;
    });
    Weight weight = weigh(context, cell, {Severity::warning, Severity::information, Severity::hint}, update.function);
    if (!weight.is_reported) continue;
    const CellPart part{cell, update.key};
    findings.push_back(
        {.rule = &unlocked_update,
         .severity = weight.severity,
         .effect = Effect::lost_update,
         .breaks_on = breaks_on(context, update),
         .range = update.range,
         .message = fmt::format("{} reads and writes `{}` in two steps without a lock: an update by another thread in "
                                "between is lost",
                                quoted(context, update.range), part_name(context.model, part)),
         .evidence = std::move(weight.evidence),
         .symbol = symbol_of(context, cell),
         .interleaving = steps(context, update, elsewhere == accesses.end() ? update : **elsewhere),
         .fixes = {},
         .fingerprint = 0});
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
                    "and older versions lose updates. Where only the next number is wanted, `next()` of an "
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
