#include "analysis/rules/lock_origin.h"

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/concurrency/shared_state.h"

namespace analysis {
namespace {

bool is_new_lock(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  if (!makes_lock(model.symbols.added, maker_of(model, binding))) return false;
  const ir::StatementFacts& facts = *model.function(binding.function).facts;
  const ir::Call& call = facts.calls[facts.values[binding.op->value.index].call.index];
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Value& argument = facts.values[facts.arguments[call.first_argument + i].value.index];
    if (argument.kind != ir::ValueKind::number && argument.kind != ir::ValueKind::boolean) return false;
  }
  return true;
}

}  // namespace

LockOrigin origin_of(const ConcurrencyModel& model, LockId lock) {
  LockOrigin origin;
  const std::string& name = model.locks.name(lock);
  for (std::uint32_t i = 0; i < model.cells.size() && !origin.cell; ++i) {
    if (model.name_of(CellId{i}) == name) origin.cell = CellId{i};
  }
  if (!origin.cell) return origin;
  const auto& bindings = bindings_of(model, origin.cell);
  origin.is_made_alone = !bindings.empty() && std::ranges::all_of(bindings, [&](const auto& binding) {
    return is_new_lock(model, binding);
  });
  return origin;
}

}  // namespace analysis
