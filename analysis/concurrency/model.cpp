#include "analysis/concurrency/model.h"

#include <algorithm>

#include "analysis/concurrency/definition_hooks.h"
#include "analysis/semantics/library_knowledge.h"
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

bool imports_event_loop(const SymbolTable& symbols) {
  return std::ranges::any_of(symbols.functions, [](const FunctionSymbol& function) {
    // Each statement's imports are asked once, with its first function.
    if (function.code->kind != ir::FunctionKind::module) return false;
    return std::ranges::any_of(function.facts->imports, [&](const ir::Import& import) {
      return import.module && is_event_loop_module(function.facts->names[import.module.index]);
    });
  });
}

/// Whether the code that a guard guards may set the cell: itself, through what it calls, or by handing it on.
bool may_set(const ConcurrencyModel& model, const Trace& body, const Guard& guard) {
  const CellId cell = guard.part.cell;
  const auto sets = [&](const Access& access) {
    return access.cell == cell && (is_write(access.kind) || access.kind == AccessKind::escape) &&
           is_within(body, access.context, guard.region);
  };
  const auto leads_there = [&](const CallSite& site) {
    return site.callee && std::ranges::binary_search(model.functions[site.callee.index].writes, cell) &&
           is_within(body, site.context, guard.region);
  };
  return std::ranges::any_of(body.accesses, sets) ||
         std::ranges::any_of(model.functions[body.root.index].calls, leads_there);
}

/// Threads run what settings call an entry point, though nothing that we see starts them.
void declare_entries(const SymbolTable& symbols, std::vector<FunctionFacts>& functions) {
  if (symbols.added.entry_points.empty()) return;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    if (function.code->kind != ir::FunctionKind::function) continue;
    if (!is_entry_point(symbols.added, symbols.module_of(function).name + "." + function.qualified_name)) continue;
    functions[i].is_thread_entry = functions[i].is_declared_entry = functions[i].is_address_taken = true;
  }
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
  declare_entries(model->symbols, model->functions);
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
  model->accessors.resize(model->cells.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const CellId cell : model->functions[i].own_accesses) model->accessors[cell.index].push_back(FunctionId{i});
  }
  model->is_event_loop_code = imports_event_loop(model->symbols);
  for (std::uint32_t i = 0; i < count && !stop.stop_requested(); ++i) {
    if (model->symbols.functions[i].code->kind != ir::FunctionKind::function) continue;
    const Trace& body = model->bodies[i];
    if (std::ranges::none_of(body.guards, [&](const Guard& guard) { return may_set(*model, body, guard); })) continue;
    model->initializations.push_back(trace_with_calls(tables, FunctionId{i}));
  }
  return model;
}

}  // namespace analysis
