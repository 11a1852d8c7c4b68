#include "analysis/rules/conflict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/lock_custom.h"

namespace analysis {
namespace {

using ir::OpKind;

bool is_async(const ConcurrencyModel& model, FunctionId function) {
  for (FunctionId at = function; at; at = model.function(at).parent) {
    if (model.function(at).code->is_async) return true;
  }
  return false;
}

/// Whether only the thread that an object is runs the function: `run` of a thread class, and what it alone calls.
bool runs_on_own_thread(const ConcurrencyModel& model, FunctionId function) {
  std::vector<FunctionId> open{function};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const FunctionSymbol& symbol = model.function(open[i]);
    if (symbol.owner && model.symbols.text(symbol, symbol.code->name) == "run") {
      const auto& bases = model.symbols.class_of(symbol.owner).base_names;
      if (std::ranges::any_of(bases, [](const std::string& base) { return is_thread_class(base); })) continue;
    }
    const FunctionFacts& facts = model.functions[open[i].index];
    if (facts.callers.empty() || facts.is_address_taken) return false;
    for (const FunctionId caller : facts.callers) {
      if (std::ranges::find(open, caller) == open.end()) open.push_back(caller);
    }
  }
  return true;
}

/// Whether two threads can be in the two functions with one object: neither constructs it, and some class has both.
bool may_touch_one_object(const ConcurrencyModel& model, FunctionId left, FunctionId right) {
  if (model.functions[right.index].is_construction) return false;
  const ClassId owner = model.function(left).owner;
  const ClassId other = model.function(right).owner;
  return !owner || !other || may_be_one_object(model, owner, other);
}

/// Operations of builtin containers that run no Python code.
bool stays_in_c(std::string_view callee) {
  static constexpr std::array<std::string_view, 12> names{"len",     "get",        "pop",     "popleft",
                                                          "popitem", "isinstance", "hasattr", "has_key",
                                                          "keys",    "append",     "remove",  "discard"};
  return std::ranges::find(names, callee) != names.end();
}

/// Where other threads or tasks may go on in the midst of a function, whatever it calls.
bool suspends(OpKind kind) {
  return kind == OpKind::await || kind == OpKind::yield || kind == OpKind::with || kind == OpKind::loop;
}

ContainerType type_of(const ir::StatementFacts& facts, const ir::Value& value) {
  switch (value.kind) {
    case ir::ValueKind::list:
      return ContainerType::list;
    case ir::ValueKind::dict:
      return ContainerType::dict;
    case ir::ValueKind::set:
      return ContainerType::set;
    case ir::ValueKind::tuple:
      return ContainerType::tuple;
    case ir::ValueKind::call:
    case ir::ValueKind::either:
      return container_made_by(maker_of(facts, value));
    default:
      return ContainerType::none;
  }
}

/// Whether code lies in the true side of an `if` that has the place in its other side.
bool is_in_other_branch(const FunctionSymbol& function, const ir::Op& code, std::uint32_t place) {
  const std::vector<ir::Op>& ops = function.code->ops;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind != OpKind::branch || !function.absolute(ops[i].block).contains(function.absolute(code.range)))
      continue;
    for (std::size_t j = i + 1; j < ops[i].end; ++j) {
      const bool is_other_side = ops[j].kind == OpKind::otherwise && ops[j].end == ops[i].end;
      const TextRange side = function.absolute(ops[j].block);
      if (is_other_side && side.begin < place && place <= side.end + 1) return true;
    }
  }
  return false;
}

}  // namespace

bool may_run_on_threads(const ConcurrencyModel& model, FunctionId function) {
  const ir::FunctionKind kind = model.function(function).code->kind;
  if (kind == ir::FunctionKind::module || kind == ir::FunctionKind::class_body) return false;
  const std::string_view name = model.symbols.text(model.function(function), model.function(function).code->name);
  if (name.find("after_fork") != std::string_view::npos || name.find("afterfork") != std::string_view::npos)
    return false;
  return phase_of(model, function) == Phase::run;
}

bool is_of_module(const RuleContext& context, FunctionId function) {
  const std::uint32_t begin = context.model.function(function).begin;
  return is_in_module(context, {begin, begin});
}

HeldContainer container_in(const ConcurrencyModel& model, CellId cell) {
  HeldContainer held;
  if (const ClassId self = model.cells.cell(cell).owner; self && !model.cells.cell(cell).name) {
    // The object is the container itself.
    for (const std::string& base : model.symbols.class_of(self).base_names) {
      if (held.type == ContainerType::none) held.type = container_made_by(base);
      held.makes_missing = held.makes_missing || base == "defaultdict" || base == "Counter";
    }
    const Name missing = model.symbols.names.find("__missing__");
    held.makes_missing = held.makes_missing || (missing && find_method(model.symbols, self, missing));
    return held;
  }
  for (const CellTable::Binding& binding : bindings_of(model, cell)) {
    if (binding.op->kind != OpKind::bind || !binding.op->value) continue;
    const ir::StatementFacts& facts = *model.function(binding.function).facts;
    const ir::Value& value = facts.values[binding.op->value.index];
    const ContainerType type = type_of(facts, value);
    held.makes_missing =
        held.makes_missing || maker_of(facts, value) == "defaultdict" || maker_of(facts, value) == "Counter";
    const bool is_object = !maker_of(facts, value).empty() || value.kind == ir::ValueKind::lambda ||
                           value.kind == ir::ValueKind::import || value.kind == ir::ValueKind::class_ ||
                           value.kind == ir::ValueKind::function;
    if (type == ContainerType::none && is_object) held.is_known = false;
    if (held.type == ContainerType::none) held.type = type;
    if (type != ContainerType::none && type != held.type) held.is_known = false;
  }
  return held;
}

const Access* find_rival(const RuleContext& context, CellId cell, FunctionId asker,
                         const std::function<bool(const Trace&, const Access&)>& is_wanted) {
  const ConcurrencyModel& model = context.model;
  const Access* own = nullptr;
  const bool is_on_loop = is_async(model, asker);
  const bool is_of_object = model.cells.cell(cell).kind == CellKind::instance_attribute;
  if (is_of_object && model.functions[asker.index].is_construction) return nullptr;
  const bool is_on_own_thread = is_of_object && runs_on_own_thread(model, asker);
  for (const FunctionId accessor : model.accessors_of(cell)) {
    const Trace& body = model.bodies[accessor.index];
    if (body.root != asker && is_on_loop && is_async(model, body.root)) continue;
    if (is_on_own_thread && runs_on_own_thread(model, body.root)) continue;
    if (is_of_object && !may_touch_one_object(model, asker, body.root)) continue;
    for (const Access& access : body.accesses) {
      if (access.cell != cell || !is_wanted(body, access)) continue;
      const auto is_held = [&](LockId lock) { return may_hold(context, asker, lock); };
      if (std::ranges::any_of(access.locks.locks(), is_held)) continue;
      if (body.root == asker) {
        if (!is_on_loop) own = &access;
        break;
      }
      if (may_run_on_threads(model, body.root)) return &access;
      break;
    }
  }
  return own;
}

bool removes_elements(const Access& access, std::uint32_t depth) {
  if (access.kind == AccessKind::item_delete) return access.depth == depth + 1;
  return access.kind == AccessKind::mutate && access.depth == depth && access.mutation == Mutation::remove;
}

bool adds_elements(const Access& access, std::uint32_t depth) {
  const bool grows = access.mutation == Mutation::add || access.mutation == Mutation::extend;
  if (access.kind == AccessKind::mutate) return access.depth == depth && grows;
  // `X[k] += 1` finds its key there.
  return access.kind == AccessKind::item_write && access.depth == depth + 1 && access.mutation == Mutation::add;
}

bool empties(const RuleContext& context, const Access& access) {
  if (access.kind == AccessKind::mutate && access.depth == 0) {
    return context.model.symbols.names.text(access.method) == "clear";
  }
  if (access.kind == AccessKind::item_delete) {
    return access.depth == 1 && text_of(context, access.range).ends_with("[:]");
  }
  return access.kind == AccessKind::rebind && access.depth == 0 && access.is_container && access.value != nullptr &&
         access.value->is_empty && !access.value->is_comprehension;
}

bool is_caught(const ConcurrencyModel& model, FunctionId id, TextRange range,
               std::span<const std::string_view> exceptions) {
  const FunctionSymbol& function = model.function(id);
  const std::vector<ir::Op>& ops = function.code->ops;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind != OpKind::try_ || !function.absolute(ops[i].block).contains(range)) continue;
    for (std::size_t j = i + 1; j < ops[i].end; ++j) {
      const ir::Op& op = ops[j];
      const bool is_inner =
          op.kind == OpKind::branch || op.kind == OpKind::loop || op.kind == OpKind::try_ || op.kind == OpKind::with;
      if (is_inner) j = op.end;
      if (op.kind != OpKind::handler) continue;
      if (op.test_count == 0) return true;
      for (std::uint32_t k = 0; k < op.test_count; ++k) {
        const ir::NameId type = function.facts->exceptions[op.first_test + k];
        const std::string_view name = type ? std::string_view(function.facts->names[type.index]) : std::string_view();
        if (name == "Exception" || name == "BaseException") return true;
        if (std::ranges::find(exceptions, name) != exceptions.end()) return true;
      }
    }
  }
  return false;
}

BreaksOn breaks_between(const ConcurrencyModel& model, FunctionId id, std::uint32_t begin, std::uint32_t end) {
  const FunctionSymbol& function = model.function(id);
  const bool can_switch = std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    const TextRange range = function.absolute(op.range);
    if (range.begin < begin || end <= range.begin || is_in_other_branch(function, op, end)) return false;
    return suspends(op.kind) || (op.kind == OpKind::call && range.end < end);
  });
  return can_switch ? BreaksOn::every_build : BreaksOn::free_threaded;
}

BreaksOn breaks_until(const ConcurrencyModel& model, std::uint32_t begin, const Access& access) {
  const bool is_assignment = access.kind == AccessKind::rebind || access.kind == AccessKind::item_write ||
                             access.kind == AccessKind::attribute_write;
  return breaks_between(model, access.function, begin, access.range.end + (is_assignment ? 1 : 0));
}

bool takes_time_between(const ConcurrencyModel& model, FunctionId id, std::uint32_t begin, std::uint32_t end) {
  const FunctionSymbol& function = model.function(id);
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    const TextRange range = function.absolute(op.range);
    if (range.begin < begin || end <= range.begin) return false;
    if (op.kind != OpKind::call) return suspends(op.kind);
    const ir::Place& callee = function.facts->places[function.facts->calls[op.call.index].callee.index];
    return !stays_in_c(last_name(*function.facts, callee));
  });
}

const Access& reading_of(const RuleContext& context, const Access& update) {
  const Trace& body = body_of(context.model, update);
  for (std::size_t i = std::min(update.since, index_of(body, update)); 0 < i--;) {
    const Access& access = body.accesses[i];
    if (access.cell == update.cell && access.depth <= update.depth && !is_write(access.kind)) return access;
  }
  return update;
}

const ir::Call* call_of(const ConcurrencyModel& model, const Access& access) {
  const FunctionSymbol& function = model.function(access.function);
  for (const ir::Op& op : function.code->ops) {
    if (op.kind == OpKind::call && function.absolute(op.range) == access.range) {
      return &function.facts->calls[op.call.index];
    }
  }
  return nullptr;
}

std::string_view argument_text(const RuleContext& context, const Access& access, std::uint32_t index) {
  const ir::Call* call = call_of(context.model, access);
  if (call == nullptr || call->argument_count <= index) return {};
  const FunctionSymbol& function = context.model.function(access.function);
  const ir::Argument& argument = function.facts->arguments[call->first_argument + index];
  return text_of(context, function.absolute(function.facts->values[argument.value.index].range));
}

std::string other_name(const RuleContext& context, const Access& access) {
  if (!access.is_indirect) return {};
  std::string_view text = text_of(context, access.range);
  if (text.starts_with("del ")) text.remove_prefix(4);
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  const std::string_view name = text.substr(0, end);
  const std::string_view own = context.model.symbols.names.text(context.model.cells.cell(access.cell).name);
  const bool is_name = !name.empty() && (end == std::string_view::npos || text[end] != '(');
  return is_name && name != own && name != "self" ? fmt::format(" (`{}` here)", name) : std::string();
}

bool ends_object(const ConcurrencyModel& model, const Access& access) {
  static constexpr std::array<std::string_view, 10> names{"close",     "_close", "shutdown", "stop",     "__exit__",
                                                          "terminate", "quit",   "__del__",  "tearDown", "teardown"};
  if (model.cells.cell(access.cell).kind != CellKind::instance_attribute) return false;
  const FunctionSymbol& function = model.function(access.function);
  return std::ranges::find(names, model.symbols.text(function, function.code->name)) != names.end();
}

bool is_reported(const RuleContext& context, const Rule& rule, CellId cell, FunctionId function,
                 const std::vector<Finding>& findings) {
  const std::string symbol = symbol_of(context, cell);
  const std::string& name = context.model.function(function).qualified_name;
  return std::ranges::any_of(findings, [&](const Finding& known) {
    return known.rule == &rule && known.symbol == symbol && known.interleaving.front().function == name;
  });
}

}  // namespace analysis
