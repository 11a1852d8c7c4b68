#include "analysis/review/cell_history.h"

#include <algorithm>
#include <tuple>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

using ir::FunctionKind;
using ir::OpKind;

bool is_module_level(const ConcurrencyModel& model, FunctionId function) {
  const FunctionKind kind = model.function(function).code->kind;
  return kind == FunctionKind::module || kind == FunctionKind::class_body;
}

/// Whether the function is defined by another one.
bool is_nested(const ConcurrencyModel& model, FunctionId function) {
  const FunctionId parent = model.function(function).parent;
  return parent && !is_module_level(model, parent);
}

/// `X += v` gives the name another value, `x += v` with a local x that is the same object does not.
bool is_binding(const ConcurrencyModel& model, const Access& access) {
  if (access.depth != 0) return false;
  if (access.kind == AccessKind::rebind || access.kind == AccessKind::unbind) return true;
  if (access.kind != AccessKind::mutate || access.method) return false;
  const FunctionSymbol& function = model.function(access.function);
  return std::ranges::any_of(bindings_of(model, access.cell), [&](const CellTable::Binding& binding) {
    return binding.function == access.function && function.absolute(binding.op->range) == access.range;
  });
}

/// What the operation at an own element does to it.
CellEvent event_of(const ConcurrencyModel& model, const OwnElement& element) {
  CellEvent event;
  event.function = element.function;
  event.range = element.range;
  const FunctionSymbol& function = model.function(element.function);
  for (const ir::Op& op : function.code->ops) {
    ir::PlaceId place = op.place;
    if (op.kind == OpKind::call) place = function.facts->calls[op.call.index].callee;
    if (!place || function.absolute(function.facts->places[place.index].range) != element.range) continue;
    if (op.kind == OpKind::bind || op.kind == OpKind::augment) event.kind = AccessKind::item_write;
    if (op.kind == OpKind::remove) event.kind = AccessKind::item_delete;
    if (op.kind == OpKind::call) {
      const ir::Place& callee = function.facts->places[place.index];
      event.mutation = mutation_by(last_name(*function.facts, callee));
      if (event.mutation == Mutation::none) continue;
      event.kind = AccessKind::mutate;
      event.method = model.symbols.names.find(last_name(*function.facts, callee));
    }
    if (is_write(event.kind)) break;
  }
  return event;
}

bool is_same(const CellEvent& left, const CellEvent& right) {
  return left.function == right.function && left.range == right.range && left.kind == right.kind;
}

/// Whether a function hands a cell to a function of this module.
bool passes_cell(const ConcurrencyModel& model, FunctionId function) {
  if (model.functions[function.index].calls.empty()) return false;
  return std::ranges::any_of(model.bodies[function.index].accesses,
                             [](const Access& access) { return access.kind == AccessKind::escape; });
}

}  // namespace

CellHistories::CellHistories(const ConcurrencyModel& model, const std::stop_token& stop)
    : model_(model), cells_(model.cells), locks_(model.locks), events_(model.cells.size()) {
  for (std::uint32_t i = 0; i < model.functions.size() && !stop.stop_requested(); ++i) {
    phases_.push_back(is_module_level(model, FunctionId{i}) ? Phase::import : phase_of(model, FunctionId{i}));
  }
  if (stop.stop_requested()) return;
  for (const Trace& body : model.bodies) {
    for (const Access& access : body.accesses) add(access, phase(access.function));
    for (const OwnElement& element : body.own_elements) add_own_element(element);
  }
  add_calls(stop);
  for (std::vector<CellEvent>& events : events_) {
    const auto place = [](const CellEvent& event) { return std::tuple(event.range, event.kind, event.function); };
    std::ranges::stable_sort(events, {}, place);
    events.erase(std::unique(events.begin(), events.end(), is_same), events.end());
  }
}

Phase CellHistories::phase_of_callee(FunctionId callee, FunctionId root) const {
  return phase(is_nested(model_, callee) ? callee : root);
}

void CellHistories::add(const Access& access, Phase phase) {
  if (events_.size() <= access.cell.index) return;
  CellEvent event;
  event.kind = access.kind;
  event.function = access.function;
  event.range = access.range;
  event.phase = phase;
  event.is_module_level = is_module_level(model_, access.function);
  event.is_binding = is_binding(model_, access);
  event.is_single_element = access.kind == AccessKind::item_write || access.kind == AccessKind::item_delete ||
                            (access.kind == AccessKind::mutate && access.key);
  event.mutation = access.mutation;
  event.method = access.method;
  event.locks = access.locks;
  events_[access.cell.index].push_back(std::move(event));
}

void CellHistories::add_own_element(const OwnElement& element) {
  CellEvent event = event_of(model_, element);
  event.phase = phase(element.function);
  event.is_module_level = is_module_level(model_, element.function);
  event.is_own_element = true;
  event.is_single_element = true;
  events_[element.cell.index].push_back(std::move(event));
}

void CellHistories::add_calls(const std::stop_token& stop) {
  // Tracing adds to the tables that it is given, so they are not the model's.
  std::vector<FunctionFacts> functions = model_.functions;
  TraceTables tables{model_.symbols, cells_, locks_, functions};
  for (std::uint32_t i = 0; i < functions.size() && !stop.stop_requested(); ++i) {
    if (!passes_cell(model_, FunctionId{i})) continue;
    passed_.push_back(std::make_unique<const Trace>(trace_with_closures(tables, FunctionId{i})));
    add_passed(*passed_.back());
    add_initializations(*passed_.back());
  }
}

void CellHistories::add_passed(const Trace& trace) {
  for (const Access& access : trace.accesses) {
    if (access.function == trace.root) continue;
    const std::vector<Access>& own = model_.bodies[access.function.index].accesses;
    const bool is_known = std::ranges::any_of(own, [&](const Access& other) {
      return other.cell == access.cell && other.range == access.range && other.kind == access.kind;
    });
    // Otherwise the callee knows the cell as its parameter.
    if (!is_known) add(access, phase_of_callee(access.function, trace.root));
  }
}

void CellHistories::add_initializations(const Trace& trace) {
  for (const Guard& guard : trace.guards) {
    if (guard.function == trace.root || phase_of_callee(guard.function, trace.root) != Phase::run) continue;
    const std::vector<Guard>& own = model_.bodies[guard.function.index].guards;
    const bool is_known = std::ranges::any_of(
        own, [&](const Guard& other) { return other.part.cell == guard.part.cell && other.test == guard.test; });
    if (is_known) continue;
    Initialization initialization = initialization_at(model_, trace, guard);
    if (!initialization.writes.empty()) initializations_.push_back(std::move(initialization));
  }
}

const std::vector<CellEvent>& CellHistories::of(CellId cell) const {
  static const std::vector<CellEvent> none;
  return cell.index < events_.size() ? events_[cell.index] : none;
}

CellId CellHistories::global(Name name) { return cells_.intern({CellKind::global, {}, {}, name}); }

CellId CellHistories::attribute(ClassId in, Name name, bool is_through_instance) {
  return cells_.attribute(in, name, is_through_instance);
}

}  // namespace analysis
