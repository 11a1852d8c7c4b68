#include "analysis/concurrency/model.h"

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/concurrency/definition_hooks.h"
#include "analysis/concurrency/evidence.h"
#include "analysis/concurrency/shared_state.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

TraceTables tables_of(ConcurrencyModel& model) { return {model.symbols, model.cells, model.locks, model.functions}; }

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

bool imports_event_loop(const SymbolTable& symbols) {
  return std::ranges::any_of(symbols.functions, [](const FunctionSymbol& function) {
    // Each statement's imports are asked once, with its first function.
    if (function.code->kind != ir::FunctionKind::module) return false;
    return std::ranges::any_of(function.facts->imports, [&](const ir::Import& import) {
      return import.module && is_event_loop_module(function.facts->names[import.module.index]);
    });
  });
}

bool is_python_2(const SymbolTable& symbols) {
  static constexpr std::array old{"iteritems", "itervalues", "iterkeys", "has_key", "xrange"};
  const auto is_named = [&](std::string_view name) {
    const std::vector<bool> where = statements_naming(symbols, {name});
    return std::ranges::find(where, true) != where.end();
  };
  return !is_named("six") && std::ranges::any_of(old, is_named);
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

/// What context managers hold at their `yield` is needed wherever they are entered, by other ones too. What else is
/// found is found again when the bodies are traced.
void find_yield_locks(ConcurrencyModel& model) {
  TraceTables tables = tables_of(model);
  bool is_changed = true;
  for (int round = 0; is_changed && round < 4; ++round) {
    is_changed = false;
    for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
      if (!model.symbols.functions[i].code->is_generator) continue;
      const LockSet before = model.functions[i].yield_locks;
      (void)trace_body(tables, FunctionId{i});
      is_changed = is_changed || before != model.functions[i].yield_locks;
    }
  }
}

/// Forgets what follows from other functions.
void begin_anew(const ConcurrencyModel& model, std::uint32_t function, LockTable& locks, FunctionFacts& facts) {
  FunctionFacts own;
  own.calls = std::move(facts.calls);
  own.value_uses = std::move(facts.value_uses);
  own.yield_locks = std::move(facts.yield_locks);
  own.entry_locks = declared_locks(model, model.symbols.functions[function], locks);
  facts = std::move(own);
}

void note_value_uses(std::vector<FunctionFacts>& functions) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    for (const ValueUse& use : functions[i].value_uses) {
      FunctionFacts& used = functions[use.function.index];
      used.is_address_taken = true;
      used.is_thread_entry = used.is_thread_entry || use.starts_thread;
    }
  }
}

/// Bodies hold what all their callers hold. The bodies as they were are kept: for `forget_conclusions`.
void hold_entry_locks(ConcurrencyModel& model) {
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    const LockSet& entry = model.functions[i].entry_locks;
    if (entry.empty()) continue;
    Trace& body = model.bodies[i];
    model.bodies_alone.emplace_back(FunctionId{i}, body);
    for (Access& access : body.accesses) access.locks = united(access.locks, entry);
    for (Guard& guard : body.guards) guard.locks = united(guard.locks, entry);
    for (Guard& guard : body.presences) guard.locks = united(guard.locks, entry);
  }
}

}  // namespace

ConcurrencyModel::ConcurrencyModel(const Program& program)
    : symbols(bind_symbols(program)), cells(symbols), functions(symbols.functions.size()) {}

void forget_conclusions(ConcurrencyModel& model) {
  for (auto& [function, body] : model.bodies_alone) model.bodies[function.index] = std::move(body);
  model.bodies_alone.clear();
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) begin_anew(model, i, model.locks, model.functions[i]);
  model.accessors.clear();
  model.testers.clear();
  model.initializations.clear();
  model.known_holders.emplace();
}

void trace_again(ConcurrencyModel& model, FunctionId function) {
  model.functions[function.index].calls.clear();
  model.functions[function.index].value_uses.clear();
  model.functions[function.index].yield_locks = {};
  TraceTables tables = tables_of(model);
  model.bodies[function.index] = trace_body(tables, function);
}

void conclude(ConcurrencyModel& model, const std::stop_token& stop) {
  const auto count = static_cast<std::uint32_t>(model.functions.size());
  note_value_uses(model.functions);
  declare_entries(model.symbols, model.functions);
  propagate_locks(model.symbols, model.functions);
  hold_entry_locks(model);
  find_constructors(model.symbols, model.functions);
  find_definition_hooks(model.symbols, model.functions);
  summarise_effects(model.bodies, model.functions);
  model.accessors.resize(model.cells.size());
  model.testers.resize(model.cells.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const CellId cell : model.functions[i].own_accesses) model.accessors[cell.index].push_back(FunctionId{i});
    for (const CellId cell : model.functions[i].tests) model.testers[cell.index].push_back(FunctionId{i});
  }
  model.is_event_loop_code = imports_event_loop(model.symbols);
  model.is_python_2 = is_python_2(model.symbols);
  model.thread_import = find_thread_import(model.symbols);
  model.phases = find_phases(model);
  TraceTables tables = tables_of(model);
  for (std::uint32_t i = 0; i < count && !stop.stop_requested(); ++i) {
    if (model.symbols.functions[i].code->kind != ir::FunctionKind::function) continue;
    const Trace& body = model.bodies[i];
    if (std::ranges::none_of(body.guards, [&](const Guard& guard) { return may_set(model, body, guard); })) continue;
    model.initializations.push_back(trace_with_calls(tables, FunctionId{i}));
  }
  find_racing_cells(model);  // last: tracing may have named new ones
}

std::unique_ptr<ConcurrencyModel> build_model(const Program& program, const std::stop_token& stop) {
  auto model = std::make_unique<ConcurrencyModel>(program);
  forget_conclusions(*model);
  find_yield_locks(*model);
  model->bodies.resize(model->functions.size());
  for (std::uint32_t i = 0; i < model->functions.size() && !stop.stop_requested(); ++i) {
    trace_again(*model, FunctionId{i});
  }
  if (!stop.stop_requested()) conclude(*model, stop);
  return model;
}

}  // namespace analysis
