#include "analysis/concurrency/cell_protection.h"

#include <algorithm>

#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

bool is_code(const ConcurrencyModel& model, CellId cell) {
  if (model.cells.cell(cell).kind == CellKind::global) return false;
  return std::ranges::any_of(bindings_of(model, cell), [&](const CellTable::Binding& binding) {
    if (!binding.op->value) return false;
    const ir::ValueKind kind = model.function(binding.function).facts->values[binding.op->value.index].kind;
    return kind == ir::ValueKind::function || kind == ir::ValueKind::class_ || maker_of(model, binding) == "property";
  });
}

bool is_thread_local_class(const ConcurrencyModel& model, ClassId id) {
  return std::ranges::any_of(model.symbols.class_of(id).line, [&](ClassId each) {
    return std::ranges::any_of(model.symbols.class_of(each).base_names,
                               [](const std::string& base) { return makes_thread_local(base); });
  });
}

/// Whether settings say that objects of the class, or of one that it derives from, need no lock.
bool is_declared_safe(const ConcurrencyModel& model, ClassId id) {
  const AddedKnowledge::Names& safe = model.symbols.added.thread_safe_types;
  return !safe.empty() && std::ranges::any_of(model.symbols.class_of(id).line, [&](ClassId each) {
    const ClassSymbol& symbol = model.symbols.class_of(each);
    return safe.contains(symbol.name) ||
           std::ranges::any_of(symbol.base_names, [&](const std::string& base) { return safe.contains(base); });
  });
}

/// Whether a method puts a plain container where the constructor may have put a thread-local.
bool overwrites(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  const FunctionSymbol& function = model.function(binding.function);
  if (!binding.op->value || function.receiver != Receiver::instance) return false;
  if (model.functions[binding.function.index].is_construction) return false;
  const ir::ValueKind kind = function.facts->values[binding.op->value.index].kind;
  return kind == ir::ValueKind::list || kind == ir::ValueKind::dict || kind == ir::ValueKind::set;
}

}  // namespace

const std::vector<CellTable::Binding>& bindings_of(const ConcurrencyModel& model, CellId id) {
  const Cell& cell = model.cells.cell(id);
  if (cell.kind == CellKind::global) return model.cells.bindings_of(cell.name);
  return model.cells.bindings_of_attribute(cell.owner, cell.name);
}

std::string_view maker_of(const ConcurrencyModel& model, const CellTable::Binding& binding) {
  if (!binding.op->value) return {};
  const ir::StatementFacts& facts = *model.function(binding.function).facts;
  return maker_of(facts, facts.values[binding.op->value.index]);
}

bool is_thread_local(const ConcurrencyModel& model, CellId cell) {
  const Cell& known = model.cells.cell(cell);
  const ClassId by = known.kind == CellKind::global ? model.cells.class_of_global(known.name) : known.owner;
  if (by && is_thread_local_class(model, by)) return true;
  const std::vector<CellTable::Binding>& bindings = bindings_of(model, cell);
  const bool is_made_so =
      std::ranges::any_of(bindings, [&](const auto& binding) { return makes_thread_local(maker_of(model, binding)); });
  return is_made_so && std::ranges::none_of(bindings, [&](const auto& binding) { return overwrites(model, binding); });
}

bool is_synchronised(const ConcurrencyModel& model, CellId cell) {
  if (const ClassId owner = model.cells.cell(cell).owner; owner && is_declared_safe(model, owner)) return true;
  return std::ranges::any_of(bindings_of(model, cell), [&](const auto& binding) {
    const std::string_view maker = maker_of(model, binding);
    return makes_synchronised(model.symbols.added, maker) && !makes_thread_local(maker);
  });
}

void find_racing_cells(ConcurrencyModel& model) {
  model.can_race.clear();
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const CellId cell{i};
    model.can_race.push_back(!is_thread_local(model, cell) && !is_synchronised(model, cell) && !is_code(model, cell));
  }
}

}  // namespace analysis
