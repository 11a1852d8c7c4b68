#include "analysis/concurrency/model.h"

#include <algorithm>

#include "analysis/concurrency/definition_hooks.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

std::string_view decorator_name(const FunctionSymbol& function, ir::PlaceId decorator) {
  return last_name(*function.facts, function.facts->places[decorator.index]);
}

/// Locks that a function holds because of what it is, not because of who calls it.
LockSet declared_locks(const ConcurrencyModel& model, const FunctionSymbol& function, LockTable& locks) {
  LockSet held;
  for (const ir::PlaceId decorator : function.code->decorators) {
    const std::string_view name = decorator_name(function, decorator);
    if (is_lock_name(name)) held.insert(locks.intern("@" + std::string(name)));
  }
  const std::string_view name = model.symbols.text(function, function.code->name);
  if (function.code->says_lock_is_held || says_lock_is_held(name)) held.insert(locks.intern("the caller's lock"));
  return held;
}

bool is_context_manager(const FunctionSymbol& function) {
  return std::ranges::any_of(function.code->decorators, [&](ir::PlaceId decorator) {
    return decorator_name(function, decorator).ends_with("contextmanager");
  });
}

}  // namespace

ConcurrencyModel::ConcurrencyModel(const Program& program)
    : symbols(bind_symbols(program)), cells(symbols), functions(symbols.functions.size()) {}

std::unique_ptr<const ConcurrencyModel> build_model(const Program& program, const std::stop_token& stop) {
  auto model = std::make_unique<ConcurrencyModel>(program);
  TraceTables tables{model->symbols, model->cells, model->locks, model->functions};
  const auto count = static_cast<std::uint32_t>(model->functions.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const FunctionSymbol& function = model->symbols.functions[i];
    model->functions[i].entry_locks = declared_locks(*model, function, model->locks);
    if (!is_context_manager(function)) continue;
    // What it holds at its `yield` is needed wherever it is entered; what else was found is found again below.
    (void)trace_body(tables, FunctionId{i});
    model->functions[i].calls.clear();
  }
  for (std::uint32_t i = 0; i < count && !stop.stop_requested(); ++i) {
    model->bodies.push_back(trace_body(tables, FunctionId{i}));
  }
  if (stop.stop_requested()) return model;
  propagate_locks(model->symbols, model->functions);
  for (std::uint32_t i = 0; i < count; ++i) {
    const LockSet& entry = model->functions[i].entry_locks;
    if (entry.empty()) continue;
    for (Access& access : model->bodies[i].accesses) access.locks = united(access.locks, entry);
    for (Guard& guard : model->bodies[i].guards) guard.locks = united(guard.locks, entry);
    for (Guard& guard : model->bodies[i].presences) guard.locks = united(guard.locks, entry);
  }
  find_constructors(model->symbols, model->functions);
  find_definition_hooks(model->symbols, model->functions);
  summarise_effects(model->bodies, model->functions);
  for (std::uint32_t i = 0; i < count && !stop.stop_requested(); ++i) {
    if (model->symbols.functions[i].code->kind != ir::FunctionKind::function) continue;
    if (model->bodies[i].guards.empty()) continue;
    model->initializations.push_back(trace_with_calls(tables, FunctionId{i}));
  }
  return model;
}

}  // namespace analysis
