#include "analysis/rules/iterator_kind.h"

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

constexpr std::array<std::string_view, 4> running_python{"map", "filter", "imap", "ifilter"};
constexpr std::array<std::string_view, 16> running_builtin{
    "iter",         "cycle",  "chain",   "islice",   "zip",         "izip",         "enumerate",    "reversed",
    "permutations", "repeat", "product", "pairwise", "zip_longest", "izip_longest", "combinations", "compress"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

/// The function of this program that a call calls; none if it is another.
FunctionId callee_of(const ConcurrencyModel& model, FunctionId in, const ir::Place& callee) {
  if (!callee.root) return {};
  const auto [variable, first] = origin_of(model.symbols, in, callee);
  if (callee.segment_count == first) return function_named(model.symbols, variable);
  const ClassId self = receiver_of(model.symbols, variable).class_id;
  if (!self || callee.segment_count != 1) return {};
  const Name method = model.symbols.names.find(last_name(*model.function(in).facts, callee));
  return method ? find_method(model.symbols, self, method) : FunctionId{};
}

}  // namespace

IteratorKind iterator_made_by(const ConcurrencyModel& model, FunctionId in, const ir::Value& value) {
  if (value.kind == ir::ValueKind::other && value.is_comprehension) return IteratorKind::generator;
  if (value.kind != ir::ValueKind::call) return IteratorKind::unknown;
  const ir::StatementFacts& facts = *model.function(in).facts;
  const ir::Call& call = facts.calls[value.call.index];
  const ir::Place& callee = facts.places[call.callee.index];
  if (const FunctionId maker = callee_of(model, in, callee)) {
    const ir::Function& code = *model.function(maker).code;
    return code.is_generator && code.decorators.empty() ? IteratorKind::generator : IteratorKind::unknown;
  }
  const std::string_view name = last_name(facts, callee);
  if (name == "count" && callee.root && (callee.segment_count == 0 || facts.names[callee.root.index] == "itertools"))
    return IteratorKind::counter;
  if (is_one_of(name, running_python)) return model.is_python_2 ? IteratorKind::unknown : IteratorKind::generator;
  // Two arguments: `iter(function, sentinel)` calls the function.
  if (name == "iter" && call.argument_count == 2) return IteratorKind::generator;
  return is_one_of(name, running_builtin) ? IteratorKind::builtin : IteratorKind::unknown;
}

FunctionId generator_behind(const ConcurrencyModel& model, FunctionId in, const ir::Value& value) {
  if (value.kind != ir::ValueKind::call) return {};
  const ir::StatementFacts& facts = *model.function(in).facts;
  const FunctionId maker = callee_of(model, in, facts.places[facts.calls[value.call.index].callee.index]);
  return maker && model.function(maker).code->is_generator ? maker : FunctionId{};
}

IteratorKind iterator_in(const ConcurrencyModel& model, CellId cell) {
  IteratorKind kind = IteratorKind::unknown;
  for (const CellTable::Binding& binding : bindings_of(model, cell)) {
    if (!binding.op->value) continue;
    const ir::Value& value = model.function(binding.function).facts->values[binding.op->value.index];
    if (value.kind == ir::ValueKind::none) continue;
    const IteratorKind made = iterator_made_by(model, binding.function, value);
    if (made == IteratorKind::unknown || (kind != IteratorKind::unknown && kind != made)) return IteratorKind::unknown;
    kind = made;
  }
  return kind;
}

ir::PlaceId advanced_by(const ConcurrencyModel& model, FunctionId in, const ir::Call& call) {
  const ir::StatementFacts& facts = *model.function(in).facts;
  const ir::Place& callee = facts.places[call.callee.index];
  if (last_name(facts, callee) != "next" || callee.segment_count != 0 || call.argument_count == 0) return {};
  const Origin origin = origin_of(model.symbols, in, callee);
  if (origin.variable.owner || is_global(model.symbols, origin.variable.name)) return {};
  const ir::Value& argument = facts.values[facts.arguments[call.first_argument].value.index];
  return argument.kind == ir::ValueKind::place ? argument.place : ir::PlaceId{};
}

}  // namespace analysis
