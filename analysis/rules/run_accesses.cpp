#include "analysis/rules/run_accesses.h"

#include <algorithm>
#include <string_view>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/concurrency/shared_state.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

/// Methods that run while a class is made, which is at import, and what prepares tests.
bool makes_class(const ConcurrencyModel& model, const FunctionSymbol& function) {
  const std::string_view name = model.symbols.text(function, function.code->name);
  const bool is_object_method = name == "__init__" || name == "__new__" || name == "__del__" || name == "__setstate__";
  return is_private_phase(name) && !is_object_method;
}

bool can_run_late(const ConcurrencyModel& model, FunctionId id) {
  const FunctionSymbol& function = model.function(id);
  const ir::FunctionKind kind = function.code->kind;
  if (kind != ir::FunctionKind::function && kind != ir::FunctionKind::lambda) return false;
  return !makes_class(model, function) && phase_of(model, id) == Phase::run;
}

/// Whether the access stores what `signal.signal` returns, which raises on every thread but the first.
bool stores_on_main_thread(const FunctionSymbol& function, const Access& access) {
  if (access.value == nullptr || access.value->kind != ir::ValueKind::call) return false;
  const ir::Place& maker = function.facts->places[function.facts->calls[access.value->call.index].callee.index];
  return maker.root && function.facts->names[maker.root.index] == "signal" &&
         last_name(*function.facts, maker) == "signal";
}

}  // namespace

bool asks_first(const Trace& body, const Access& write) {
  return std::ranges::any_of(body.accesses, [&](const Access& access) {
    return access.cell == write.cell && access.kind == AccessKind::test && access.range.begin < write.range.begin;
  });
}

RunAccesses collect_run_accesses(const ConcurrencyModel& model) {
  RunAccesses result(model.cells.size());
  for (std::uint32_t i = 0; i < model.bodies.size(); ++i) {
    const Trace& body = model.bodies[i];
    if (body.accesses.empty() || !can_run_late(model, FunctionId{i})) continue;
    for (const Access& access : body.accesses) {
      const bool is_own_object =
          model.functions[i].is_construction && model.cells.cell(access.cell).kind == CellKind::instance_attribute;
      if (is_own_object || stores_on_main_thread(model.function(FunctionId{i}), access)) continue;
      if (can_race(model, access.cell)) result[access.cell.index].push_back(&access);
    }
  }
  return result;
}

}  // namespace analysis
