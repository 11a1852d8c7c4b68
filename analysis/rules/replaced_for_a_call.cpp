#include "analysis/rules/replaced_for_a_call.h"

#include <algorithm>

#include "analysis/rules/conflict.h"
#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

using ir::OpKind;

struct Code {
  const RuleContext& context;
  FunctionId id;
  const FunctionSymbol& symbol;
};

std::string_view text_at(const Code& code, ir::PlaceId place) {
  return text_of(code.context, code.symbol.absolute(code.symbol.facts->places[place.index].range));
}

const ir::Value* value_of(const Code& code, const ir::Op& op) {
  return op.value ? &code.symbol.facts->values[op.value.index] : nullptr;
}

/// What the bind copies, as written; empty when its value is no place.
std::string_view copied(const Code& code, const ir::Op& op) {
  const ir::Value* value = value_of(code, op);
  return value != nullptr && value->kind == ir::ValueKind::place ? text_at(code, value->place) : std::string_view();
}

bool is_imported_module(const SymbolTable& symbols, const CellTable& cells, Name global) {
  const auto& bindings = cells.bindings_of(global);
  return !bindings.empty() && std::ranges::all_of(bindings, [&](const CellTable::Binding& binding) {
    if (!binding.op->value) return false;
    const FunctionSymbol& in = symbols.function(binding.function);
    const ir::Value& value = in.facts->values[binding.op->value.index];
    return value.kind == ir::ValueKind::import && !in.facts->imports[value.import.index].member;
  });
}

enum class Owner : std::uint8_t { none, module, other_module };

/// Whose state a place is: of our module (a global, an attribute of a class) or of an imported one.
Owner owner_of(const Code& code, const ir::Place& place) {
  if (!place.root) return Owner::none;
  const SymbolTable& symbols = code.context.model.symbols;
  const FunctionSymbol& symbol = code.symbol;
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    if (symbol.facts->segments[place.first_segment + i].kind == ir::Segment::Kind::item) return Owner::none;
  }
  const Variable variable = look_up(symbols, code.id, symbols.name(symbol, place.root));
  if (1 < place.segment_count) return Owner::none;
  if (place.segment_count == 0) return variable.owner ? Owner::none : Owner::module;
  if (class_named(symbols, variable)) return Owner::module;
  if (receiver_of(symbols, variable).receiver == Receiver::class_) return Owner::module;
  if (variable.owner) return Owner::none;
  return is_imported_module(symbols, code.context.model.cells, variable.name) ? Owner::other_module : Owner::none;
}

/// A bind after `first` that gives `name` the value of `holder`; null if there is none.
const ir::Op* find_restoring(const Code& code, std::size_t first, std::string_view name, std::string_view holder) {
  const std::vector<ir::Op>& ops = code.symbol.code->ops;
  for (std::size_t i = first; i < ops.size(); ++i) {
    if (ops[i].kind == OpKind::bind && text_at(code, ops[i].place) == name && copied(code, ops[i]) == holder)
      return &ops[i];
  }
  return nullptr;
}

FunctionId exit_of(const Code& code) {
  const std::string_view name = code.symbol.facts->names[code.symbol.code->name.index];
  if (!code.symbol.owner || (name != "__enter__" && name != "__aenter__")) return {};
  const NameTable& names = code.context.model.symbols.names;
  return find_method(code.context.model.symbols, code.symbol.owner,
                     names.find(name == "__enter__" ? "__exit__" : "__aexit__"));
}

/// What becomes of the value that the bind at `index` saves. Without `restored` when it is not put back.
TemporaryValue examine(const Code& code, std::size_t index) {
  const std::vector<ir::Op>& ops = code.symbol.code->ops;
  TemporaryValue found;
  found.function = code.id;
  found.saved = &ops[index];
  const std::string_view name = copied(code, ops[index]);
  if (name.empty()) return found;
  const Owner owner = owner_of(code, code.symbol.facts->places[value_of(code, ops[index])->place.index]);
  if (owner == Owner::none) return found;
  found.name = name;
  found.is_own = owner == Owner::module;
  const std::string_view holder = text_at(code, ops[index].place);
  for (std::size_t i = index + 1; i < ops.size(); ++i) {
    if (ops[i].kind != OpKind::bind || text_at(code, ops[i].place) != name || copied(code, ops[i]) == holder) continue;
    found.replaced = &ops[i];
    const std::size_t after = i + 1;
    found.restorer = code.id;
    found.restored = find_restoring(code, after, name, holder);
    if (found.restored != nullptr) {
      const auto end = static_cast<std::size_t>(found.restored - ops.data());
      if (end <= after ||
          !runs_code_within(code.symbol, code.symbol.absolute({ops[after].range.begin, ops[end].range.begin})))
        found.restored = nullptr;
      return found;
    }
    if (const FunctionId exit = exit_of(code)) {
      const Code leaving{code.context, exit, code.context.model.function(exit)};
      found.restorer = exit;
      found.restored = find_restoring(leaving, 0, name, holder);
    }
    return found;
  }
  return found;
}

}  // namespace

bool is_locked_within(const ConcurrencyModel& model, FunctionId function, TextRange range) {
  const FunctionFacts& facts = model.functions[function.index];
  const FunctionSymbol& symbol = model.function(function);
  const bool is_in_block = std::ranges::any_of(symbol.code->ops, [&](const ir::Op& op) {
    if (op.kind != OpKind::with || !op.value || !symbol.absolute(op.block).contains(range)) return false;
    const ir::Value& manager = symbol.facts->values[op.value.index];
    return manager.place && is_lock_name(last_name(*symbol.facts, symbol.facts->places[manager.place.index]));
  });
  const auto holds = [&](const auto& each) { return range.contains(each.range) && !each.locks.empty(); };
  return is_in_block || !facts.entry_locks.empty() || std::ranges::any_of(facts.calls, holds) ||
         std::ranges::any_of(model.bodies[function.index].accesses, holds);
}

const ir::Op* first_call_within(const FunctionSymbol& function, TextRange range) {
  const auto found = std::ranges::find_if(function.code->ops, [&](const ir::Op& op) {
    return op.kind == OpKind::call && range.contains(function.absolute(op.range));
  });
  return found == function.code->ops.end() ? nullptr : &*found;
}

bool runs_code_within(const FunctionSymbol& function, TextRange range) {
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    const bool runs = op.kind == OpKind::call || op.kind == OpKind::yield || op.kind == OpKind::await;
    return runs && range.contains(function.absolute(op.range));
  });
}

bool is_test_code(const RuleContext& context, const FunctionSymbol& function) {
  if (is_test_module(context.module_name)) return true;
  if (!function.owner) return function.qualified_name.starts_with("test");
  const std::vector<std::string>& bases = context.model.symbols.class_of(function.owner).base_names;
  return std::ranges::any_of(bases, [](const std::string& base) { return base.find("Test") != std::string::npos; });
}

std::vector<TemporaryValue> find_temporary_values(const RuleContext& context) {
  std::vector<TemporaryValue> found;
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const Code code{context, FunctionId{i}, context.model.function(FunctionId{i})};
    if (code.symbol.code->kind != ir::FunctionKind::function || !code.symbol.code->name) continue;
    if (!is_of_module(context, code.id)) continue;
    for (std::size_t k = 0; k < code.symbol.code->ops.size(); ++k) {
      if (code.symbol.code->ops[k].kind != OpKind::bind) continue;
      TemporaryValue value = examine(code, k);
      if (value.restored == nullptr || !may_run_on_threads(context.model, code.id)) continue;
      const std::uint32_t end = value.restorer == code.id ? value.restored->range.end : code.symbol.code->range.end;
      const TextRange meanwhile = code.symbol.absolute({value.replaced->range.begin, end});
      if (is_locked_within(context.model, code.id, meanwhile)) continue;
      found.push_back(std::move(value));
    }
  }
  return found;
}

}  // namespace analysis
