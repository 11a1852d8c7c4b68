#include "analysis/review/verdict.h"

#include <algorithm>
#include <cctype>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule.h"

namespace analysis {
namespace {

using ir::ValueKind;

bool is_change(const CellEvent& event) { return is_write(event.kind) && event.phase != Phase::import; }

CellValue value_of_call(const ConcurrencyModel& model, const CellTable::Binding& binding, const ir::Value& value) {
  const std::string_view maker = maker_of(model, binding);
  switch (container_made_by(maker)) {
    case ContainerType::list:
      return CellValue::list;
    case ContainerType::dict:
      return CellValue::dict;
    case ContainerType::set:
      return CellValue::set;
    case ContainerType::tuple:
      return CellValue::tuple;
    case ContainerType::none:
      break;
  }
  if (makes_lock(model.symbols.added, maker)) return CellValue::lock;
  const FunctionSymbol& function = model.function(binding.function);
  const ir::Place& callee = function.facts->places[function.facts->calls[value.call.index].callee.index];
  const bool is_class =
      callee.segment_count == 0 && callee.root &&
      class_named(model.symbols, look_up(model.symbols, binding.function, model.symbols.name(function, callee.root)));
  // Classes of other modules are known by their custom: a capital first letter.
  const bool looks_like_class = !maker.empty() && std::isupper(static_cast<unsigned char>(maker.front())) != 0;
  return is_class || looks_like_class || makes_synchronised(model.symbols.added, maker) ? CellValue::instance
                                                                                        : CellValue::other;
}

CellValue value_of(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  if (!binding.op->value) return CellValue::other;
  const ir::Value& value = model.function(binding.function).facts->values[binding.op->value.index];
  switch (value.kind) {
    case ValueKind::list:
      return CellValue::list;
    case ValueKind::dict:
      return CellValue::dict;
    case ValueKind::set:
      return CellValue::set;
    case ValueKind::tuple:
      return CellValue::tuple;
    case ValueKind::lambda:
    case ValueKind::function:
      return CellValue::function;
    case ValueKind::none:
    case ValueKind::boolean:
    case ValueKind::number:
    case ValueKind::string:
      return CellValue::constant;
    case ValueKind::call:
      return value_of_call(model, binding, value);
    default:
      return CellValue::other;
  }
}

bool is_none(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  if (!binding.op->value) return false;
  return model.function(binding.function).facts->values[binding.op->value.index].kind == ValueKind::none;
}

bool is_module_level(const ConcurrencyModel& model, FunctionId function) {
  const ir::FunctionKind kind = model.function(function).code->kind;
  return kind == ir::FunctionKind::module || kind == ir::FunctionKind::class_body;
}

/// `X[k] = v` where k is the running thread, and nothing else, after the import.
bool is_kept_by_thread(const std::vector<CellEvent>& events) {
  bool is_any = false;
  for (const CellEvent& event : events) {
    if (!is_change(event)) continue;
    if (!event.is_own_element) return false;
    is_any = true;
  }
  return is_any;
}

/// Locks that all changes hold.
LockSet locks_of_changes(const std::vector<CellEvent>& events) {
  LockSet all;
  bool is_first = true;
  for (const CellEvent& event : events) {
    if (!is_change(event) || event.is_own_element) continue;
    all = is_first ? event.locks : intersection(all, event.locks);
    is_first = false;
  }
  return all;
}

}  // namespace

int kind_of_global(const std::vector<CellEvent>& events) {
  int kind = 1;
  for (const CellEvent& event : events) {
    if (!is_write(event.kind)) continue;
    if (event.is_binding) {
      if (is_change(event)) kind = 4;
    } else {
      kind = std::max(kind, is_change(event) ? 3 : 2);
    }
  }
  return kind;
}

int kind_of_attribute(const std::vector<CellEvent>& events) {
  int kind = 1;
  for (const CellEvent& event : events) {
    if (is_change(event)) kind = std::max(kind, event.is_binding ? 3 : 2);
  }
  return kind;
}

CellValue value_of(const ConcurrencyModel& model, const std::vector<CellTable::Binding>& bindings) {
  // What the module leaves behind counts, and where that is nothing, what the first function makes.
  const CellTable::Binding* chosen = nullptr;
  for (const CellTable::Binding& binding : bindings) {
    const bool is_early = is_module_level(model, binding.function);
    if (is_none(model, binding)) {
      if (chosen == nullptr) chosen = &binding;
      continue;
    }
    if (chosen == nullptr || is_none(model, *chosen) || is_early) chosen = &binding;
  }
  return chosen == nullptr ? CellValue::other : value_of(model, *chosen);
}

void judge_initialization(const RuleContext& context, const CellHistories& histories, CellId id,
                          const std::vector<Finding>& findings, ReviewedCell& cell) {
  std::vector<const Initialization*> lazy;
  for (const auto* all : {&context.initializations, &histories.initializations()}) {
    for (const Initialization& initialization : *all) {
      if (initialization.guard->part.cell == id && initialization.publish != nullptr) lazy.push_back(&initialization);
    }
  }
  const auto is_made_once = [&](const Access& publish) {
    return std::ranges::any_of(lazy, [&](const Initialization* other) {
      return other->publish->range == publish.range &&
             !intersection(other->guard->locks, other->publish->locks).empty();
    });
  };
  for (const Initialization* initialization : lazy) {
    if (cell.incomplete == IncompleteInitialization::none) cell.incomplete = IncompleteInitialization::ok;
    if (is_published_early(*initialization)) cell.incomplete = IncompleteInitialization::problem;
    if (!is_made_once(*initialization->publish)) cell.duplicate = DuplicateInitialization::possible;
  }
  const bool is_reported = std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.symbol == cell.symbol && finding.effect == Effect::incomplete;
  });
  if (is_reported) cell.incomplete = IncompleteInitialization::problem;
}

std::string protection_of(const ConcurrencyModel& model, const LockTable& locks, CellId id, const ReviewedCell& cell,
                          const std::vector<CellEvent>& events) {
  // A cell that nothing accesses is none of the model's.
  const bool is_known = id.index < model.cells.size();
  if (is_known && is_thread_local(model, id)) {
    const bool is_context_variable = std::ranges::any_of(
        bindings_of(model, id), [&](const auto& binding) { return maker_of(model, binding) == "ContextVar"; });
    return is_context_variable ? "context-var" : "thread-local";
  }
  if (is_kept_by_thread(events)) return "per-thread-key";
  const LockSet held = locks_of_changes(events);
  if (!held.empty()) return "lock:" + locks.name(held.locks().front());
  const bool changes_at_import = std::ranges::any_of(
      events, [](const CellEvent& event) { return is_write(event.kind) && !event.is_binding && !is_change(event); });
  return cell.kind <= 2 && changes_at_import && std::ranges::none_of(events, is_change) ? "import-lock" : "none";
}

}  // namespace analysis
