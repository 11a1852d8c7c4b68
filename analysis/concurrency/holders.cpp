#include "analysis/concurrency/holders.h"

namespace analysis {
namespace {

/// The class of the new object that an operation binds; none if it binds something else.
ClassId made_by(const SymbolTable& symbols, const CellTable::Binding& binding) {
  if (!binding.op->value) return {};
  const ir::StatementFacts& facts = *symbols.function(binding.function).facts;
  const ir::Value& value = facts.values[binding.op->value.index];
  if (value.kind != ir::ValueKind::call) return {};
  const ir::Place& callee = facts.places[facts.calls[value.call.index].callee.index];
  if (!callee.root) return {};
  const Origin origin = origin_of(symbols, binding.function, callee);
  return origin.segments == callee.segment_count ? class_named(symbols, origin.variable) : ClassId{};
}

template <class T>
void add_once(std::vector<T>& list, T item) {
  if (list.empty() || list.back() != item) list.push_back(item);
}

}  // namespace

Holders find_holders(const SymbolTable& symbols, const CellTable& cells, const std::vector<FunctionFacts>& functions) {
  Holders holders;
  const std::size_t classes = symbols.classes.size();
  holders.attributes.resize(classes);
  holders.keepers.resize(classes);
  holders.globals.resize(classes);
  holders.makers.resize(classes);
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells.cell(CellId{i});
    if (cell.kind == CellKind::global || !cell.owner) continue;
    holders.attributes[cell.owner.index].push_back(CellId{i});
    for (const CellTable::Binding& binding : cells.bindings_of_attribute(cell.owner, cell.name)) {
      if (const ClassId made = made_by(symbols, binding)) add_once(holders.keepers[made.index], CellId{i});
    }
  }
  for (const Name global : symbols.globals) {
    if (const ClassId held = cells.class_of_global(global)) holders.globals[held.index].push_back(global);
  }
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    for (const CallSite& site : functions[i].calls) {
      if (site.constructed) add_once(holders.makers[site.constructed.index], FunctionId{i});
    }
  }
  return holders;
}

}  // namespace analysis
