#include "analysis/review/call_graph.h"

namespace analysis {
namespace {

CodeUnit unit_of(const RuleContext& context, FunctionId id) {
  const FunctionSymbol& function = context.model.function(id);
  const ProgramPlace place = place_of(context, function.absolute(function.code->range));
  return {std::string(place.module), function.qualified_name};
}

}  // namespace

CallGraph call_graph_of(const RuleContext& context) {
  CallGraph graph;
  const ConcurrencyModel& model = context.model;
  for (std::uint32_t i = 0; i < model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = model.symbols.functions[i];
    if (function.code->kind == ir::FunctionKind::function) {
      graph.functions.push_back({.unit = unit_of(context, FunctionId{i}),
                                 .is_method = static_cast<bool>(function.owner),
                                 .range = place_of(context, function.absolute(function.code->range)).range,
                                 .name_range = place_of(context, function.absolute(function.code->name_range)).range});
    }
    for (const CallSite& site : model.functions[i].calls) {
      if (!site.callee) continue;
      graph.calls.push_back({.caller = unit_of(context, FunctionId{i}),
                             .callee = unit_of(context, site.callee),
                             .range = place_of(context, site.range).range});
    }
  }
  return graph;
}

}  // namespace analysis
