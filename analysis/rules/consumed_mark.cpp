#include "analysis/rules/consumed_mark.h"

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/raising.h"
#include "analysis/rules/rule_context.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;

bool is_none(const Access& access) {
  return access.value != nullptr && (access.value->kind == ir::ValueKind::none ||
                                     (access.value->kind == ir::ValueKind::boolean && access.value->is_empty));
}

/// The part of which the access removes what it held: `X = None`, `X[k] = None`, `del X[k]`, `X.pop(k)`. No cell if it
/// removes nothing.
CellPart removed_part(const Access& access) {
  if (access.kind == AccessKind::rebind && access.depth == 0 && is_none(access)) return {access.cell, {}};
  if (!access.key) return {};
  const bool is_pop = access.kind == AccessKind::mutate && access.depth == 0 && access.mutation == Mutation::remove;
  const bool is_written = access.kind == AccessKind::item_write && access.depth == 1 && is_none(access);
  const bool is_deleted = access.kind == AccessKind::item_delete && access.depth == 1;
  return is_pop || is_written || is_deleted ? CellPart{access.cell, access.key} : CellPart{};
}

/// A function, and the local variables that hold the mark.
struct Taking {
  const RuleContext& context;
  FunctionId id;
  const FunctionSymbol& symbol;
  std::vector<Name> holders = {};

  [[nodiscard]] bool holds(ir::PlaceId place) const {
    if (!place) return false;
    const ir::Place& at = symbol.facts->places[place.index];
    return at.root && std::ranges::find(holders, context.model.symbols.name(symbol, at.root)) != holders.end();
  }
};

/// Binds of local variables in the statement of `access`, and those that take the parts of these.
void collect_holders(Taking& taking, const Access& access) {
  for (const ir::Op& op : taking.symbol.code->ops) {
    if (op.kind != OpKind::bind || !taking.symbol.absolute(op.range).contains(access.range)) continue;
    const ir::Place& place = taking.symbol.facts->places[op.place.index];
    if (place.segment_count != 0 || !place.root || !op.value) continue;
    const ir::ValueKind kind = taking.symbol.facts->values[op.value.index].kind;
    if (kind != ir::ValueKind::place && kind != ir::ValueKind::call && kind != ir::ValueKind::element) continue;
    const Name name = taking.context.model.symbols.name(taking.symbol, place.root);
    if (std::ranges::binary_search(taking.symbol.locals, name)) taking.holders.push_back(name);
  }
}

/// Whether the call does what the mark asks for: it calls it, or hands it to other code.
bool does_work(const Taking& taking, const ir::Op& op) {
  if (op.kind != OpKind::call) return false;
  const ir::StatementFacts& facts = *taking.symbol.facts;
  const ir::Call& call = facts.calls[op.call.index];
  const ir::Place& callee = facts.places[call.callee.index];
  if (taking.holds(call.callee)) {
    return callee.segment_count == 0 || completes_object(last_name(facts, callee));
  }
  if (!may_raise(taking.context.model, taking.id, op)) return false;
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Value& value = facts.values[facts.arguments[call.first_argument + i].value.index];
    if (value.kind == ir::ValueKind::place && taking.holds(value.place)) return true;
  }
  return false;
}

/// The innermost part of a block that `range` lies in; empty when it lies in none.
TextRange block_around(const FunctionSymbol& symbol, TextRange range) {
  TextRange best{};
  for (const ir::Op& op : symbol.code->ops) {
    const bool is_part = op.kind == OpKind::branch || op.kind == OpKind::otherwise || op.kind == OpKind::handler;
    if (!is_part || op.is_expression || !op.block.contains(range)) continue;
    if (best.end == 0 || best.contains(op.block)) best = op.block;
  }
  return best;
}

bool is_read(const Access& access) {
  return access.kind == AccessKind::read || access.kind == AccessKind::iterate ||
         access.kind == AccessKind::give_back || access.kind == AccessKind::call_on ||
         access.kind == AccessKind::escape;
}

bool is_written_late(const RuleContext& context, CellId cell) {
  return std::ranges::any_of(context.accesses[cell.index], [](const Access* access) {
    return is_write(access->kind) && access->kind != AccessKind::unbind && !is_none(*access);
  });
}

/// Finds what a thread does that found no mark and so skipped the block of the work.
void find_use(const Taking& taking, ConsumedMark& mark) {
  const RuleContext& context = taking.context;
  const TextRange work = taking.symbol.absolute(mark.work->range);
  const TextRange block = block_around(taking.symbol, mark.work->range);
  if (block.end == 0) return;
  const std::uint32_t after = taking.symbol.absolute(block).end;
  const std::vector<CellId>& writes = context.model.functions[taking.id.index].writes;
  const auto is_prepared = [&](CellId cell) { return std::ranges::binary_search(writes, cell); };
  mark.reader = taking.id;
  for (const Access& access : context.model.bodies[taking.id.index].accesses) {
    if (access.range.begin < after || access.cell == mark.removed->cell || !is_read(access)) continue;
    // What the mark does when it is called is not known; what is handed the mark is.
    if (mark.is_mark_called ? !is_written_late(context, access.cell) : !is_prepared(access.cell)) continue;
    mark.use = &access;
    return;
  }
  const std::vector<CallSite>& own_calls = context.model.functions[taking.id.index].calls;
  const bool is_retried = std::ranges::any_of(own_calls, [&](const CallSite& site) {
    return site.callee == taking.id && work.end <= site.range.begin && site.range.end <= after;
  });
  if (is_retried) {
    for (const ir::Op& op : taking.symbol.code->ops) {
      if (op.kind != OpKind::raise || taking.symbol.absolute(op.range).begin < after) continue;
      mark.failure = &op;
      return;
    }
  }
  for (const FunctionId caller : context.model.functions[taking.id.index].callers) {
    for (const CallSite& site : context.model.functions[caller.index].calls) {
      if (site.callee != taking.id) continue;
      for (const Access& access : context.model.bodies[caller.index].accesses) {
        if (access.range.begin < site.range.end || access.cell == mark.removed->cell || !is_read(access)) continue;
        if (!is_prepared(access.cell)) continue;
        mark.reader = caller;
        mark.use = &access;
        return;
      }
    }
  }
}

/// Whether the access reads the element under the key: `X[k]`, `X.get(k)`. Without a key, the cell itself.
bool looks_up(const RuleContext& context, const Access& access, Name key) {
  if (access.key == key) return true;
  return access.kind == AccessKind::call_on &&
         argument_text(context, access, 0) == context.model.symbols.names.text(key);
}

/// What the function does with the mark that `removed` takes away. Without `work` when it is no such mark.
ConsumedMark examine(const RuleContext& context, FunctionId function, const Access& removed) {
  ConsumedMark mark;
  mark.function = function;
  mark.removed = &removed;
  const CellPart part = removed_part(removed);
  if (!part.cell || !removed.locks.empty() || !can_race(context.model, part.cell)) return mark;
  Taking taking{context, function, context.model.function(function)};
  for (const Access& access : context.model.bodies[function.index].accesses) {
    if (access.cell != part.cell || removed.range.end < access.range.end) continue;
    if (&access != &removed && (!is_read(access) || !looks_up(context, access, part.key))) continue;
    const std::size_t before = taking.holders.size();
    collect_holders(taking, access);
    if (before < taking.holders.size()) mark.taken = &access;
  }
  if (mark.taken == nullptr) return mark;
  const std::uint32_t begin = taking.symbol.begin;
  const TextRange way = block_around(taking.symbol, {removed.range.begin - begin, removed.range.end - begin});
  for (const ir::Op& op : taking.symbol.code->ops) {
    const TextRange range = taking.symbol.absolute(op.range);
    if (range.begin < mark.taken->range.end || range.contains(removed.range)) continue;
    if (op.kind == OpKind::bind && taking.holds(op.place)) break;  // from here on it holds something else
    if (!does_work(taking, op)) continue;
    if (way.end != 0 && !way.contains(op.range) && removed.range.end <= range.begin) break;
    mark.work = &op;
    mark.is_mark_called = taking.holds(taking.symbol.facts->calls[op.call.index].callee);
    mark.is_removed_early = removed.range.end <= range.begin;
    break;
  }
  return mark;
}

}  // namespace

std::vector<ConsumedMark> find_consumed_marks(const RuleContext& context) {
  std::vector<ConsumedMark> found;
  for (std::uint32_t i = 0; i < context.model.bodies.size(); ++i) {
    const FunctionId function{i};
    if (!is_of_module(context, function) || !may_run_on_threads(context.model, function)) continue;
    for (const Access& access : context.model.bodies[i].accesses) {
      ConsumedMark mark = examine(context, function, access);
      if (mark.work == nullptr) continue;
      const FunctionSymbol& symbol = context.model.function(function);
      if (mark.is_removed_early) {
        find_use(Taking{context, function, symbol}, mark);
        if (mark.use == nullptr && mark.failure == nullptr) continue;
      } else {
        // The second to delete a mark fails, which is another story.
        if (access.kind == AccessKind::item_delete || access.kind == AccessKind::mutate || !mark.is_mark_called)
          continue;
        const TextRange block = block_around(symbol, mark.work->range);
        if (block.end == 0 || !symbol.absolute(block).contains(access.range)) continue;
      }
      found.push_back(mark);
    }
  }
  return found;
}

}  // namespace analysis
