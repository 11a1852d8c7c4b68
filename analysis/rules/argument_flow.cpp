#include "analysis/rules/argument_flow.h"

#include <algorithm>

namespace analysis {
namespace {

using ir::OpKind;

std::string_view root_of(const ir::StatementFacts& facts, ir::PlaceId place) {
  if (!place) return {};
  const ir::NameId root = facts.places[place.index].root;
  return root ? std::string_view(facts.names[root.index]) : std::string_view();
}

/// The variable that an operation evaluates; empty if it evaluates none.
std::string_view evaluated_by(const ir::StatementFacts& facts, const ir::Op& op) {
  if (op.kind == OpKind::read) return root_of(facts, op.place);
  return op.kind == OpKind::call ? root_of(facts, facts.calls[op.call.index].callee) : std::string_view();
}

}  // namespace

bool is_computed_of(const FunctionSymbol& function, const ir::Value& value,
                    const std::vector<std::string_view>& names) {
  const ir::StatementFacts& facts = *function.facts;
  const auto is_wanted = [&](std::string_view name) {
    return !name.empty() && std::ranges::find(names, name) != names.end();
  };
  if (is_wanted(root_of(facts, value.place))) return true;
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    return value.range.contains(op.range) && is_wanted(evaluated_by(facts, op));
  });
}

std::vector<std::string_view> names_computed_of(const FunctionSymbol& function, std::vector<std::string_view> names) {
  const ir::StatementFacts& facts = *function.facts;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != OpKind::bind || !op.place || !op.value) continue;
    const ir::Place& place = facts.places[op.place.index];
    const std::string_view target = root_of(facts, op.place);
    if (place.segment_count != 0 || target.empty() || std::ranges::find(names, target) != names.end()) continue;
    if (is_computed_of(function, facts.values[op.value.index], names)) names.push_back(target);
  }
  return names;
}

std::vector<std::string_view> names_from_arguments(const FunctionSymbol& function) {
  std::vector<std::string_view> names;
  const std::size_t first = function.receiver == Receiver::none ? 0 : 1;
  for (std::size_t i = first; i < function.code->parameters.size(); ++i) {
    const ir::NameId name = function.code->parameters[i].name;
    if (name) names.emplace_back(function.facts->names[name.index]);
  }
  return names_computed_of(function, std::move(names));
}

}  // namespace analysis
