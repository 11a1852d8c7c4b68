#include "analysis/concurrency/main_guard.h"

#include <algorithm>

namespace analysis {
namespace {

bool is_main_guard(const FunctionSymbol& function, const ir::Op& branch) {
  for (std::uint32_t i = 0; i < branch.test_count; ++i) {
    const ir::Test& test = function.facts->tests[branch.first_test + i];
    if (!test.place) continue;
    const ir::Place& place = function.facts->places[test.place.index];
    if (place.root && function.facts->names[place.root.index] == "__name__") return true;
  }
  return false;
}

}  // namespace

bool is_under_main_guard(const ConcurrencyModel& model, const Trace& body, ContextId innermost) {
  for (ContextId at = innermost; at; at = body.contexts[at.index].parent) {
    const Context& context = body.contexts[at.index];
    if (context.kind != Context::Kind::branch || context.op == nullptr) continue;
    if (is_main_guard(model.function(body.root), *context.op)) return true;
  }
  return false;
}

bool is_under_main_guard(const ConcurrencyModel& model, const CallSite& site) {
  return is_under_main_guard(model, model.bodies[site.caller.index], site.context);
}

bool is_of_script(const ConcurrencyModel& model, Name global) {
  const auto& bindings = model.cells.bindings_of(global);
  return std::ranges::all_of(bindings, [&](const CellTable::Binding& binding) {
    const Trace& body = model.bodies[binding.function.index];
    return std::ranges::any_of(body.accesses, [&](const Access& access) {
      return access.range == model.function(binding.function).absolute(binding.op->range) &&
             is_under_main_guard(model, body, access.context);
    });
  });
}

}  // namespace analysis
