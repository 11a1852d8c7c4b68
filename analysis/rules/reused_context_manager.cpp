#include "analysis/rules/reused_context_manager.h"

#include <algorithm>
#include <string_view>

#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

/// A class and its bases, itself first.
std::vector<ClassId> with_bases(const SymbolTable& symbols, ClassId class_id) {
  std::vector<ClassId> classes{class_id};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const ClassId base : symbols.class_of(classes[i]).bases) {
      if (std::ranges::find(classes, base) == classes.end()) classes.push_back(base);
    }
  }
  return classes;
}

/// Whether a function defined in `method` does `with self:`.
bool wraps_in_itself(const SymbolTable& symbols, FunctionId method) {
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const FunctionSymbol& inner = symbols.functions[i];
    if (inner.parent != method || inner.code->kind != ir::FunctionKind::function) continue;
    const bool found = std::ranges::any_of(inner.code->ops, [&](const ir::Op& op) {
      if (op.kind != ir::OpKind::with || !op.value) return false;
      const ir::Value& manager = inner.facts->values[op.value.index];
      if (manager.kind != ir::ValueKind::place) return false;
      const ir::Place& place = inner.facts->places[manager.place.index];
      if (place.segment_count != 0 || !place.root) return false;
      const Variable variable = look_up(symbols, FunctionId{i}, symbols.name(inner, place.root));
      return variable.owner == method && receiver_of(symbols, variable).receiver == Receiver::instance;
    });
    if (found) return true;
  }
  return false;
}

/// Whether the object that decorates a function is the one that each call of the function enters.
bool is_entered_by_all_calls(const SymbolTable& symbols, ClassId class_id) {
  const std::vector<ClassId> classes = with_bases(symbols, class_id);
  const auto is_named = [](std::string_view name) {
    return name == "ContextDecorator" || name == "AsyncContextDecorator";
  };
  bool is_decorator = false;
  for (const ClassId each : classes) {
    const ClassSymbol& symbol = symbols.class_of(each);
    if (std::ranges::find(symbol.base_names, "local") != symbol.base_names.end()) return false;
    is_decorator = is_decorator || std::ranges::any_of(symbol.base_names, is_named);
  }
  if (const FunctionId call = find_method(symbols, class_id, symbols.names.find("__call__"))) {
    if (!is_named(symbols.class_of(symbols.function(call).owner).name)) return wraps_in_itself(symbols, call);
  }
  if (!is_decorator) return false;
  const FunctionId copy = find_method(symbols, class_id, symbols.names.find("_recreate_cm"));
  return !copy || is_named(symbols.class_of(symbols.function(copy).owner).name);
}

/// The method and the methods of the same object that it calls.
std::vector<FunctionId> with_callees(const RuleContext& context, FunctionId method) {
  std::vector<FunctionId> functions{method};
  for (std::size_t i = 0; i < functions.size(); ++i) {
    for (const CallSite& site : context.model.functions[functions[i].index].calls) {
      if (!site.callee || site.constructed || !context.model.function(site.callee).owner) continue;
      if (std::ranges::find(functions, site.callee) == functions.end()) functions.push_back(site.callee);
    }
  }
  return functions;
}

bool is_constant(const ir::Value& value) {
  return value.kind == ir::ValueKind::none || value.kind == ir::ValueKind::boolean ||
         value.kind == ir::ValueKind::number || value.kind == ir::ValueKind::string;
}

const Access* find_reader(const RuleContext& context, const std::vector<FunctionId>& functions, CellId cell) {
  for (const FunctionId function : functions) {
    for (const Access& access : context.model.bodies[function.index].accesses) {
      const bool is_replaced = access.kind == AccessKind::rebind || access.kind == AccessKind::unbind;
      if (access.cell == cell && !is_replaced && access.kind != AccessKind::test) return &access;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<KeptForExit> find_kept_for_exit(const RuleContext& context) {
  const SymbolTable& symbols = context.model.symbols;
  std::vector<KeptForExit> found;
  for (std::uint32_t i = 0; i < symbols.classes.size(); ++i) {
    const ClassId class_id{i};
    FunctionId enter = find_method(symbols, class_id, symbols.names.find("__enter__"));
    FunctionId exit = find_method(symbols, class_id, symbols.names.find("__exit__"));
    if (!enter || !exit) enter = find_method(symbols, class_id, symbols.names.find("__aenter__"));
    if (!enter || !exit) exit = find_method(symbols, class_id, symbols.names.find("__aexit__"));
    if (!enter || !exit || !is_entered_by_all_calls(symbols, class_id)) continue;
    const std::vector<FunctionId> leaving = with_callees(context, exit);
    std::vector<CellId> known;
    for (const FunctionId function : with_callees(context, enter)) {
      for (const Access& write : context.model.bodies[function.index].accesses) {
        if (write.kind != AccessKind::rebind || write.depth != 0 || write.is_update || !write.locks.empty()) continue;
        if (context.model.cells.cell(write.cell).kind != CellKind::instance_attribute) continue;
        if (write.value == nullptr || is_constant(*write.value) || !is_in_module(context, write.range)) continue;
        if (is_thread_local(context.model, write.cell) || std::ranges::find(known, write.cell) != known.end()) continue;
        const bool is_known = std::ranges::any_of(found, [&](const KeptForExit& kept) { return kept.write == &write; });
        if (is_known) continue;
        const Access* reader = find_reader(context, leaving, write.cell);
        if (reader == nullptr) continue;
        known.push_back(write.cell);
        found.push_back({class_id, &write, reader});
      }
    }
  }
  return found;
}

}  // namespace analysis
