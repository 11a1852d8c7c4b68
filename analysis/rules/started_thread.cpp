#include "analysis/rules/started_thread.h"

#include <algorithm>

#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::OpKind;

FunctionId method_of(const ConcurrencyModel& model, ClassId owner, std::string_view name) {
  const Name method = model.symbols.names.find(name);
  return owner && method ? find_method(model.symbols, owner, method) : FunctionId{};
}

/// The function that a place names: `f`, `self.m`.
FunctionId function_at(const ConcurrencyModel& model, FunctionId in, const ir::Place& place) {
  if (!place.root) return {};
  const auto [variable, first] = origin_of(model.symbols, in, place);
  if (place.segment_count == first) return function_named(model.symbols, variable);
  const ClassId self = receiver_of(model.symbols, variable).class_id;
  if (!self || place.segment_count != 1) return {};
  return method_of(model, self, last_name(*model.function(in).facts, place));
}

/// What a call hands over to a thread.
FunctionId handed_over(const ConcurrencyModel& model, FunctionId in, const ir::Call& call) {
  const ir::StatementFacts& facts = *model.function(in).facts;
  if (!starts_thread(last_name(facts, facts.places[call.callee.index]))) return {};
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    const ir::Value& value = facts.values[facts.arguments[call.first_argument + i].value.index];
    if (value.kind != ir::ValueKind::place) continue;
    if (const FunctionId target = function_at(model, in, facts.places[value.place.index])) return target;
  }
  return {};
}

bool is_thread_family(const ConcurrencyModel& model, ClassId id) {
  return std::ranges::any_of(model.symbols.class_of(id).line, [&](ClassId each) {
    return std::ranges::any_of(model.symbols.class_of(each).base_names,
                               [](const std::string& base) { return is_thread_class(base); });
  });
}

bool names_same(const ConcurrencyModel& model, const FunctionSymbol& function, const ir::Place& left,
                const ir::Place& right, std::uint32_t count) {
  if (!left.root || !right.root || left.segment_count != count) return false;
  if (model.symbols.name(function, left.root) != model.symbols.name(function, right.root)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const ir::Segment& a = function.facts->segments[left.first_segment + i];
    const ir::Segment& b = function.facts->segments[right.first_segment + i];
    if (a.kind != b.kind || model.symbols.text(function, a.name) != model.symbols.text(function, b.name)) return false;
  }
  return true;
}

/// What the thread runs on which `x.start()` is called, as the function itself has made it.
FunctionId target_of_start(const ConcurrencyModel& model, FunctionId in, const ir::Place& callee, std::uint32_t op) {
  const FunctionSymbol& function = model.function(in);
  if (callee.root_call) return handed_over(model, in, function.facts->calls[callee.root_call.index]);
  const std::uint32_t count = callee.segment_count - 1;
  const ClassId self = receiver_of(model.symbols, origin_of(model.symbols, in, callee).variable).class_id;
  const bool is_super =
      count == 1 && model.symbols.text(function, function.facts->segments[callee.first_segment].name) == "super";
  if (self && (count == 0 || is_super))
    return is_thread_family(model, self) ? method_of(model, self, "run") : FunctionId{};
  for (std::uint32_t i = op; 0 < i--;) {
    const ir::Op& bind = function.code->ops[i];
    if (bind.kind != OpKind::bind || !bind.place || !bind.value) continue;
    if (!names_same(model, function, function.facts->places[bind.place.index], callee, count)) continue;
    const ir::Value& value = function.facts->values[bind.value.index];
    return value.kind == ir::ValueKind::call ? handed_over(model, in, function.facts->calls[value.call.index])
                                             : FunctionId{};
  }
  return {};
}

}  // namespace

std::vector<bool> statements_that_may_start_threads(const SymbolTable& symbols) {
  return statements_naming(symbols, {"start", "start_new_thread", "submit", "start_new"});
}

std::vector<ThreadStart> find_thread_starts(const ConcurrencyModel& model, FunctionId in) {
  std::vector<ThreadStart> found;
  const FunctionSymbol& function = model.function(in);
  for (std::uint32_t i = 0; i < function.code->ops.size(); ++i) {
    const ir::Op& op = function.code->ops[i];
    if (op.kind != OpKind::call) continue;
    const ir::Call& call = function.facts->calls[op.call.index];
    const ir::Place& callee = function.facts->places[call.callee.index];
    const std::string_view name = last_name(*function.facts, callee);
    FunctionId target;
    if (name == "start" && callee.segment_count != 0) {
      target = target_of_start(model, in, callee, i);
    } else if (name == "start_new_thread" || name == "submit" || name == "start_new") {
      target = handed_over(model, in, call);
    }
    if (target) found.push_back({target, i, function.absolute(op.range)});
  }
  return found;
}

bool may_follow(const FunctionSymbol& function, std::uint32_t first, std::uint32_t later) {
  const std::vector<ir::Op>& ops = function.code->ops;
  if (later <= first) return false;
  for (std::uint32_t i = 0; i < first; ++i) {
    const bool is_block = ops[i].kind == OpKind::branch || ops[i].kind == OpKind::try_;
    if (!is_block || ops[i].end < later || ops[i].end < first) continue;
    // Both lie in this block: on one side?
    const auto begins_side = [](const ir::Op& op) {
      return op.kind == OpKind::otherwise || op.kind == OpKind::handler;
    };
    for (std::uint32_t j = first; j < later; ++j) {
      if (begins_side(ops[j]) && ops[j].end == ops[i].end) return false;
    }
  }
  // A way out in the block of the first leaves the later behind.
  for (std::uint32_t j = first; j < later; ++j) {
    if (ops[j].kind == OpKind::end || ops[j].kind == OpKind::otherwise) break;
    if (ops[j].kind == OpKind::return_ || ops[j].kind == OpKind::raise) return false;
  }
  return true;
}

}  // namespace analysis
