// Which conditions of a trace let code run only when a cell may be unset.

#include <algorithm>

#include "analysis/concurrency/trace_state.h"

namespace analysis {
namespace {

using ir::OpKind;
using ir::TestKind;

/// A body that does more than look something up may fail for another reason than the lookup
/// (reference/accuracy.md, trap 8).
constexpr std::uint32_t longest_lookup = 10;

/// Whether the outcome of a condition is the outcome of each of its tests: `a and b` that holds, `a or b` that does
/// not.
bool is_certain(const FunctionSymbol& function, const ir::Op& op, bool when_true) {
  if (op.test_count == 1) return true;
  int branches = 0;
  int alternatives = 0;
  for (const ir::Op& part : function.code->ops) {
    if (&part == &op) break;
    if (!part.is_expression || !op.range.contains(part.range)) continue;
    branches += part.kind == OpKind::branch ? 1 : 0;
    alternatives += part.kind == OpKind::otherwise ? 1 : 0;
  }
  // `or` has an `otherwise`, `and` has none.
  return when_true ? alternatives == 0 : branches == alternatives;
}

}  // namespace

void Tracer::add_guards(const Frame& frame, const ir::Op& op, ContextId outside, ContextId region, bool when_true,
                        TextRange block, bool is_rest) {
  for (std::uint32_t i = 0; i < op.test_count; ++i) {
    const ir::Test& test = facts(frame).tests[op.first_test + i];
    if (!test.place || test.kind == TestKind::other) continue;
    Guard guard;
    guard.kind = test.kind;
    guard.test = symbol(frame).absolute(test.range);
    guard.function = frame.function;
    guard.outside = outside;
    guard.region = region;
    guard.block = symbol(frame).absolute(block);
    guard.is_rest_of_block = is_rest;
    guard.first_access = trace_.accesses.size();
    guard.locks = locks_;
    if (test.kind == TestKind::call) {
      if (op.kind == OpKind::loop) continue;
      add_call_guards(frame, test, guard, when_true);
      continue;
    }
    const bool is_when_set = test.unset_when_true != when_true;
    if (!is_when_set && op.kind == OpKind::loop) continue;
    if (is_when_set && !is_certain(symbol(frame), op, when_true)) continue;
    add_guard(frame, test, std::move(guard), is_when_set ? trace_.presences : trace_.guards);
  }
}

void Tracer::add_guard(const Frame& frame, const ir::Test& test, Guard guard, std::vector<Guard>& guards) {
  const auto at = locate(frame, test.place);
  if (!at) return;
  if (test.kind == TestKind::contains) {
    // `k in X` asks for an element of what the place names.
    if (at->depth != 0) return;
    guard.part = {at->cell, test.key ? tables_.symbols.name(symbol(frame), test.key) : Name{}};
    if (!guard.part.key || is_thread_key(frame, guard.part.key)) return;
  } else {
    if (1 < at->depth || (at->depth == 1 && !at->key)) return;
    guard.part = {at->cell, at->depth == 1 ? at->key : Name{}};
  }
  guard.is_indirect = at->is_indirect;
  guards.push_back(std::move(guard));
}

void Tracer::add_call_guards(const Frame& frame, const ir::Test& test, const Guard& like, bool when_true) {
  // A predicate of this module whose body is one `return` of a test: the test speaks for the call.
  ir::Call asked;
  asked.callee = test.place;
  const FunctionId callee = resolve_call(frame, asked).callee;
  if (!callee) return;
  const FunctionSymbol& predicate = tables_.symbols.function(callee);
  const std::vector<ir::Op>& ops = predicate.code->ops;
  const auto returned = std::ranges::find(ops, OpKind::return_, &ir::Op::kind);
  if (returned == ops.end() || returned->test_count != 1) return;
  if (std::ranges::count(ops, OpKind::return_, &ir::Op::kind) != 1) return;
  const ir::Test& inner = predicate.facts->tests[returned->first_test];
  if (!inner.place || inner.kind == TestKind::call || inner.kind == TestKind::other) return;
  // A call is a test of truth: its `unset_when_true` says on which side the predicate answered false.
  const bool is_unset_when_true = inner.unset_when_true != test.unset_when_true;
  if (is_unset_when_true != when_true) return;
  const ir::Place& place = predicate.facts->places[inner.place.index];
  const Resolution at = tables_.cells.resolve(callee, place);
  if (at.kind != Resolution::Kind::cell || place.segment_count != at.consumed) return;
  Guard guard = like;
  guard.kind = inner.kind;
  guard.part = {at.cell, {}};
  trace_.guards.push_back(std::move(guard));
}

void Tracer::add_handler_guards(const Frame& frame, const Block& block, const ir::Op& handler, ContextId region,
                                bool is_rest) {
  bool name_error = false;
  bool attribute_error = false;
  bool key_error = false;
  bool any = handler.test_count == 0;
  for (std::uint32_t i = 0; i < handler.test_count; ++i) {
    const std::string_view type = symbol(frame).facts->names[facts(frame).exceptions[handler.first_test + i].index];
    name_error = name_error || type == "NameError" || type == "UnboundLocalError";
    attribute_error = attribute_error || type == "AttributeError";
    key_error = key_error || type == "KeyError" || type == "LookupError" || type == "IndexError";
    any = any || type == "Exception" || type == "BaseException";
  }
  const std::vector<ir::Op>& ops = symbol(frame).code->ops;
  std::uint32_t body_end = block.body_begin;
  while (body_end < block.op->end && ops[body_end].kind != OpKind::handler) ++body_end;
  if (longest_lookup < body_end - block.body_begin) return;
  if (any && 3 < body_end - block.body_begin) any = false;
  for (std::uint32_t i = block.body_begin; i < body_end; ++i) {
    if (ops[i].kind != OpKind::read) continue;
    const ir::Place& place = facts(frame).places[ops[i].place.index];
    const auto at = locate(frame, place);
    if (!at || 1 < at->depth || (at->depth == 1 && !at->key)) continue;
    const bool is_attribute = at->depth == 0 && tables_.cells.cell(at->cell).kind != CellKind::global;
    const bool can_fail = any || (at->depth == 1 ? key_error : is_attribute ? attribute_error : name_error);
    if (!can_fail) continue;
    Guard guard;
    guard.kind = at->depth == 1 ? TestKind::contains : TestKind::exists;
    guard.part = {at->cell, at->depth == 1 ? at->key : Name{}};
    guard.test = symbol(frame).absolute(ops[i].range);
    guard.function = frame.function;
    guard.outside = block.outside;
    guard.region = region;
    guard.block = symbol(frame).absolute(handler.block);
    guard.is_rest_of_block = is_rest;
    guard.first_access = trace_.accesses.size();
    guard.locks = block.locks;
    trace_.guards.push_back(std::move(guard));
  }
}

}  // namespace analysis
