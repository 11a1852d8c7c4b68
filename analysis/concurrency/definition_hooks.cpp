#include "analysis/concurrency/definition_hooks.h"

#include <algorithm>
#include <set>
#include <utility>

namespace analysis {
namespace {

using ir::FunctionKind;
using ir::OpKind;

bool is_metaclass(const SymbolTable& symbols, ClassId id) {
  return std::ranges::any_of(symbols.class_of(id).line, [&](ClassId each) {
    return std::ranges::any_of(symbols.class_of(each).base_names, [](const std::string& base) {
      return base == "type" || base.ends_with("Meta") || base.ends_with("Metaclass");
    });
  });
}

/// Of Django: `ready` runs once, before any request.
bool is_application_config(const SymbolTable& symbols, ClassId id) {
  return std::ranges::any_of(symbols.class_of(id).line, [&](ClassId each) {
    return std::ranges::any_of(symbols.class_of(each).base_names,
                               [](const std::string& base) { return base == "AppConfig"; });
  });
}

bool is_class_hook(const SymbolTable& symbols, const FunctionSymbol& function) {
  if (!function.owner) return false;
  const std::string_view name = symbols.text(function, function.code->name);
  if (runs_while_class_is_made(name)) return true;
  if (name == "ready" && is_application_config(symbols, function.owner)) return true;
  return (name == "__new__" || name == "__init__") && is_metaclass(symbols, function.owner);
}

/// Whether code stands at module level or in the body of a class that does.
bool is_outermost(const SymbolTable& symbols, FunctionId id) {
  for (FunctionId at = id; at; at = symbols.function(at).parent) {
    const FunctionKind kind = symbols.function(at).code->kind;
    if (kind != FunctionKind::module && kind != FunctionKind::class_body) return false;
  }
  return true;
}

/// The function that a place names; none for methods.
FunctionId named_by(const SymbolTable& symbols, FunctionId in, const ir::Place& place) {
  if (!place.root) return {};
  const Origin origin = origin_of(symbols, in, place);
  return origin.segments == place.segment_count ? function_named(symbols, origin.variable) : FunctionId{};
}

/// `@place` or `@place(…)`.
struct Decoration {
  FunctionId in;  // the code that evaluates it
  const ir::StatementFacts* facts = nullptr;
  ir::PlaceId place;

  [[nodiscard]] bool is_call() const {
    return std::ranges::any_of(facts->calls, [&](const ir::Call& call) { return call.callee == place; });
  }
};

std::vector<Decoration> decorations_of(const SymbolTable& symbols) {
  std::vector<Decoration> found;
  for (const FunctionSymbol& function : symbols.functions) {
    for (const ir::PlaceId place : function.code->decorators) found.push_back({function.parent, function.facts, place});
  }
  for (const ClassSymbol& each : symbols.classes) {
    const ir::StatementFacts* facts = symbols.function(each.body).facts;
    for (const ir::PlaceId place : each.code->decorators) found.push_back({each.parent, facts, place});
  }
  return found;
}

/// How a function is used as a decorator.
struct Use {
  bool decorates = false;        // `@f`
  bool makes_decorator = false;  // `@f(…)`
  bool is_other = false;         // anything else
};

/// Of all functions, in their order.
std::vector<Use> uses_as_decorator(const SymbolTable& symbols) {
  std::vector<Use> uses(symbols.functions.size());
  std::set<std::pair<const ir::StatementFacts*, std::uint32_t>> decorators;
  bool is_any = false;
  for (const Decoration& decoration : decorations_of(symbols)) {
    decorators.emplace(decoration.facts, decoration.place.index);
    const FunctionId target = named_by(symbols, decoration.in, decoration.facts->places[decoration.place.index]);
    if (!target) continue;
    Use& use = uses[target.index];
    is_any = true;
    if (!is_outermost(symbols, decoration.in)) {
      use.is_other = true;
    } else if (decoration.is_call()) {
      use.makes_decorator = true;
    } else {
      use.decorates = true;
    }
  }
  for (std::uint32_t i = 0; is_any && i < symbols.functions.size(); ++i) {
    const ir::StatementFacts& facts = *symbols.functions[i].facts;
    for (const ir::Op& op : symbols.functions[i].code->ops) {
      if (op.kind != OpKind::read && op.kind != OpKind::call) continue;
      const ir::PlaceId place = op.kind == OpKind::read ? op.place : facts.calls[op.call.index].callee;
      if (!place || decorators.contains({&facts, place.index})) continue;
      const FunctionId target = named_by(symbols, FunctionId{i}, facts.places[place.index]);
      if (target) uses[target.index].is_other = true;
    }
  }
  return uses;
}

/// Marks the functions that `maker` defines and returns.
void mark_returned(const SymbolTable& symbols, FunctionId maker, std::vector<FunctionFacts>& functions) {
  const FunctionSymbol& function = symbols.function(maker);
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != OpKind::return_ || !op.value) continue;
    const ir::Value& value = function.facts->values[op.value.index];
    if (value.kind != ir::ValueKind::place) continue;
    const FunctionId made = named_by(symbols, maker, function.facts->places[value.place.index]);
    if (made && symbols.function(made).parent == maker) functions[made.index].runs_at_definition = true;
  }
}

/// Marks what only marked functions call. Other modules may call what is public at any time.
void close_over_callers(const SymbolTable& symbols, std::vector<FunctionFacts>& functions) {
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      FunctionFacts& function = functions[i];
      if (function.runs_at_definition || function.is_address_taken || function.callers.empty()) continue;
      if (!is_private_name(symbols, symbols.functions[i])) continue;
      const bool is_only_called_there = std::ranges::all_of(
          function.callers, [&](FunctionId caller) { return functions[caller.index].runs_at_definition; });
      function.runs_at_definition = is_only_called_there;
      is_changed = is_changed || is_only_called_there;
    }
  }
}

}  // namespace

void find_definition_hooks(const SymbolTable& symbols, std::vector<FunctionFacts>& functions) {
  const std::vector<Use> uses = uses_as_decorator(symbols);
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const bool is_decorator = (uses[i].decorates || uses[i].makes_decorator) && !uses[i].is_other;
    if (is_decorator || is_class_hook(symbols, symbols.functions[i])) functions[i].runs_at_definition = true;
    // What a plain decorator returns is the function that replaces the decorated one, and runs when that is called.
    if (is_decorator && !uses[i].decorates) mark_returned(symbols, FunctionId{i}, functions);
  }
  close_over_callers(symbols, functions);
}

}  // namespace analysis
