#include "analysis/rules/made_value.h"

#include <algorithm>

#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

/// Values of which a second one is as good as the first, whatever is done with it.
bool is_constant(const ir::Value& value) {
  switch (value.kind) {
    case ir::ValueKind::none:
    case ir::ValueKind::number:
    case ir::ValueKind::string:
    case ir::ValueKind::import:
    case ir::ValueKind::function:
    case ir::ValueKind::class_:
    case ir::ValueKind::lambda:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_repeatable(const FunctionSymbol& function, const ir::Value& value) {
  if (is_constant(value)) return true;
  if (imports(maker_of(*function.facts, value))) return true;
  if (value.kind != ir::ValueKind::tuple || value.is_comprehension) return false;
  return std::ranges::none_of(function.code->ops, [&](const ir::Op& op) {
    return (op.kind == ir::OpKind::read || op.kind == ir::OpKind::call) && value.range.contains(op.range);
  });
}

bool is_empty_container(const FunctionSymbol& function, const ir::Value& value) {
  const bool is_display =
      value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set;
  if (is_display) return value.is_empty && !value.is_comprehension;
  return container_made_by(maker_of(*function.facts, value)) != ContainerType::none &&
         function.facts->calls[value.call.index].argument_count == 0;
}

std::string_view maker_behind(const SymbolTable& symbols, const FunctionSymbol& function, const ir::Value& value) {
  const ir::StatementFacts& facts = *function.facts;
  if (value.kind != ir::ValueKind::place) return maker_of(facts, value);
  const ir::Place& place = facts.places[value.place.index];
  if (place.segment_count != 0 || !place.root) return {};
  const ir::Op* only = nullptr;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::bind || !op.place || !op.value) continue;
    const ir::Place& bound = facts.places[op.place.index];
    if (bound.segment_count != 0 || symbols.name(function, bound.root) != symbols.name(function, place.root)) continue;
    only = &op;
  }
  return only == nullptr ? std::string_view() : maker_of(facts, facts.values[only->value.index]);
}

}  // namespace analysis
