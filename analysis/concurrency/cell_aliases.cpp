// Cells that go by another name: containers that are objects of our own classes, and attributes and parameters that
// name a global container.

#include <algorithm>

#include "analysis/concurrency/cell.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

bool is_changeable(ContainerType type) { return type != ContainerType::none && type != ContainerType::tuple; }

bool makes_container(const ir::StatementFacts& facts, const ir::Value& value) {
  const bool is_display =
      value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set;
  const std::string_view maker = maker_of(facts, value);
  return is_display || is_changeable(container_made_by(maker)) || maker.ends_with("Cache") || maker.ends_with("Pool") ||
         maker.ends_with("Registry");
}

}  // namespace

CellId CellTable::elements_of(ClassId of) {
  // The topmost class that is a container: what a subclass does and what the base does meet there.
  ClassId owner;
  for (const ClassId each : symbols_.class_of(of).line) {
    const std::vector<std::string>& bases = symbols_.class_of(each).base_names;
    if (std::ranges::any_of(bases, [](const auto& base) { return is_changeable(container_made_by(base)); }))
      owner = each;
  }
  return owner ? intern({CellKind::instance_attribute, owner, {}, {}}) : CellId{};
}

Name CellTable::container_named(FunctionId in, const ir::Place& place) const {
  if (!place.root || !in) return {};
  const Origin origin = origin_of(symbols_, in, place);
  if (origin.variable.owner || origin.segments != place.segment_count) return {};
  const Name global = origin.variable.name;
  const bool is_container = std::ranges::any_of(bindings_of(global), [&](const Binding& binding) {
    if (!binding.op->value) return false;
    const ir::StatementFacts& facts = *symbols_.function(binding.function).facts;
    return makes_container(facts, facts.values[binding.op->value.index]);
  });
  return is_container ? global : Name{};
}

Name CellTable::container_in_default(FunctionId function, const ir::Parameter& parameter) const {
  if (!parameter.default_value || !parameter.name) return {};
  const FunctionSymbol& symbol = symbols_.function(function);
  const ir::Value& value = symbol.facts->values[parameter.default_value.index];
  if (value.kind != ir::ValueKind::place) return {};
  return container_named(symbol.parent, symbol.facts->places[value.place.index]);
}

CellId CellTable::global_in_default(FunctionId function, const ir::Parameter& parameter) {
  const Name global = container_in_default(function, parameter);
  return global ? intern({CellKind::global, {}, {}, global}) : CellId{};
}

CellId CellTable::global_in(CellId attribute) {
  const Cell& cell = cells_[attribute.index];
  if (cell.kind != CellKind::instance_attribute || aliases_.empty()) return {};
  const auto found = aliases_.find(key_of(cell.owner.index, cell.name));
  return found == aliases_.end() ? CellId{} : intern({CellKind::global, {}, {}, found->second});
}

void CellTable::collect_aliases() {
  aliases_.clear();
  for (const auto& [attribute, bindings] : attribute_bindings_) {
    if (bindings.size() != 1 || !bindings.front().op->value) continue;
    const FunctionId binder = bindings.front().function;
    const FunctionSymbol& function = symbols_.function(binder);
    // Only in construction: what binds it is no access of the global.
    if (symbols_.text(function, function.code->name) != "__init__") continue;
    const ir::Value& value = function.facts->values[bindings.front().op->value.index];
    if (value.kind != ir::ValueKind::place) continue;
    const ir::Place& place = function.facts->places[value.place.index];
    Name global = container_named(binder, place);
    for (const ir::Parameter& parameter : function.code->parameters) {
      if (place.segment_count == 0 && parameter.name == place.root) global = container_in_default(binder, parameter);
    }
    if (global) aliases_[attribute] = global;
  }
}

}  // namespace analysis
