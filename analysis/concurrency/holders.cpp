#include "analysis/concurrency/holders.h"

#include <algorithm>
#include <limits>
#include <utility>

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

/// The attributes in the order in which the text first binds them; what nothing binds comes last. The ids of cells tell
/// in which order the table came to know them, which an edited module's does in another order than a new one's.
std::vector<CellId> attributes_in_order(const SymbolTable& symbols, const CellTable& cells) {
  constexpr std::uint32_t unbound = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::pair<std::uint32_t, CellId>> found;
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells.cell(CellId{i});
    if (cell.kind == CellKind::global || !cell.owner) continue;
    std::uint32_t first = unbound;
    for (const CellTable::Binding& binding : cells.bindings_of_attribute(cell.owner, cell.name)) {
      first = std::min(first, symbols.function(binding.function).absolute(binding.op->range).begin);
    }
    found.emplace_back(first, CellId{i});
  }
  std::ranges::sort(found);
  std::vector<CellId> order;
  for (const auto& [first, cell] : found) order.push_back(cell);
  return order;
}

}  // namespace

Holders find_holders(const SymbolTable& symbols, const CellTable& cells, const std::vector<FunctionFacts>& functions) {
  Holders holders;
  const std::size_t classes = symbols.classes.size();
  holders.attributes.resize(classes);
  holders.keepers.resize(classes);
  holders.globals.resize(classes);
  holders.makers.resize(classes);
  for (const CellId attribute : attributes_in_order(symbols, cells)) {
    const Cell& cell = cells.cell(attribute);
    holders.attributes[cell.owner.index].push_back(attribute);
    for (const CellTable::Binding& binding : cells.bindings_of_attribute(cell.owner, cell.name)) {
      if (const ClassId made = made_by(symbols, binding)) add_once(holders.keepers[made.index], attribute);
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
