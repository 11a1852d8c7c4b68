#include "analysis/rules/counted_loop.h"

namespace analysis {
namespace {

/// Where `len` is asked for the cell within a piece of code; null if it is not.
const Access* find_count(const RuleContext& context, const Trace& body, CellId cell, TextRange within) {
  for (const Access& access : body.accesses) {
    if (access.cell != cell || access.kind != AccessKind::escape || access.depth != 0) continue;
    if (!within.contains(access.range) || access.range.begin < within.begin + 4) continue;
    const std::string_view before = text_of(context, {access.range.begin - 4, access.range.begin});
    if (before == "len(") return &access;
  }
  return nullptr;
}

}  // namespace

const Access* find_count_of_turns(const RuleContext& context, const Trace& body, CellId cell, const ir::Op& loop) {
  const FunctionSymbol& function = context.model.function(body.root);
  const TextRange range = function.absolute(loop.range);
  std::string_view turns = text_of(context, range);
  if (!turns.starts_with("range(") && !turns.starts_with("xrange(")) return nullptr;
  if (const Access* count = find_count(context, body, cell, range)) return count;
  turns.remove_prefix(turns.find('(') + 1);
  turns.remove_suffix(1);
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::bind || !op.place || !op.value || loop.range.begin <= op.range.begin) continue;
    const ir::Place& place = function.facts->places[op.place.index];
    if (place.segment_count != 0 || !place.root || context.model.symbols.text(function, place.root) != turns) continue;
    const ir::Value& value = function.facts->values[op.value.index];
    if (const Access* count = find_count(context, body, cell, function.absolute(value.range))) return count;
  }
  return nullptr;
}

}  // namespace analysis
