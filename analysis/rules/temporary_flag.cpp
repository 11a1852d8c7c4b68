// Finds attributes of other people's objects that are set for the time of one call.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/rules/conflict.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule temporary_flag;

namespace {

using ir::OpKind;

struct Code {
  const RuleContext& context;
  FunctionId id;
  const FunctionSymbol& symbol;
};

/// An attribute that is set and, after other code has run, set again.
struct Flag {
  const ir::Op* set = nullptr;
  const ir::Op* reset = nullptr;
  bool is_own_global = false;
};

std::string_view text_at(const Code& code, TextRange range) {
  return text_of(code.context, code.symbol.absolute(range));
}

const ir::Place& place_at(const Code& code, const ir::Op& op) { return code.symbol.facts->places[op.place.index]; }

bool leads_through_attributes(const Code& code, const ir::Place& place) {
  for (std::uint32_t i = 0; i < place.segment_count; ++i) {
    const ir::Segment& segment = code.symbol.facts->segments[place.first_segment + i];
    if (segment.kind != ir::Segment::Kind::attribute || !segment.name) return false;
  }
  return place.root && 0 < place.segment_count;
}

/// Names of parameters whose object belongs to the call by all custom.
bool belongs_to_call(std::string_view name) {
  static constexpr std::array<std::string_view, 44> names{
      "request", "req",   "response", "resp",  "environ", "ctx",     "context", "state",           "node",
      "frame",   "form",  "event",    "msg",   "message", "args",    "options", "token",           "tree",
      "element", "elem",  "cursor",   "match", "stream",  "out",     "result",  "record",          "item",
      "field",   "entry", "scope",    "env",   "info",    "ns",      "opts",    "visitor",         "root",
      "self",    "cls",   "conn",     "sock",  "socket",  "session", "con",     "dbapi_connection"};
  return std::ranges::find(names, name) != names.end() || name.ends_with("connection");
}

/// Whether the function, or one around it, got the object from elsewhere: as an argument, or in an attribute of its own
/// object. What it has made itself is nobody else's.
bool is_foreign(const Code& code, const ir::Place& place) {
  const SymbolTable& symbols = code.context.model.symbols;
  const Name root = symbols.name(code.symbol, place.root);
  const Variable variable = look_up(symbols, code.id, root);
  if (!variable.owner || belongs_to_call(symbols.text(code.symbol, place.root))) return false;
  if (receiver_of(symbols, variable).receiver != Receiver::none) return false;
  const FunctionSymbol& owner = symbols.function(variable.owner);
  if (owner.code->kind == ir::FunctionKind::class_body) return false;
  const bool is_rebound = std::ranges::any_of(owner.code->ops, [&](const ir::Op& op) {
    if (op.kind != OpKind::bind || !op.place) return false;
    const ir::Place& target = owner.facts->places[op.place.index];
    return target.segment_count == 0 && target.root && symbols.name(owner, target.root) == root;
  });
  if (is_rebound) return false;
  return std::ranges::any_of(owner.code->parameters, [&](const ir::Parameter& parameter) {
    return parameter.name && symbols.name(owner, parameter.name) == root;
  });
}

bool is_global_object(const Code& code, const ir::Place& place) {
  const SymbolTable& symbols = code.context.model.symbols;
  const Variable variable = look_up(symbols, code.id, symbols.name(code.symbol, place.root));
  if (variable.owner || code.context.model.cells.is_definition(variable.name)) return false;
  const auto& bindings = code.context.model.cells.bindings_of(variable.name);
  return !bindings.empty() && std::ranges::all_of(bindings, [&](const CellTable::Binding& binding) {
    if (!binding.op->value) return false;
    const ir::StatementFacts& facts = *symbols.function(binding.function).facts;
    const ir::Value& value = facts.values[binding.op->value.index];
    return value.kind == ir::ValueKind::call && !makes_thread_local(maker_of(facts, value));
  });
}

/// Whether the second value takes the first one back: another constant, or what was there before.
bool takes_back(const Code& code, const ir::Op& set, const ir::Op& reset) {
  const ir::Value& first = code.symbol.facts->values[set.value.index];
  const ir::Value& second = code.symbol.facts->values[reset.value.index];
  if (is_constant(second)) return text_at(code, first.range) != text_at(code, second.range) && is_constant(first);
  if (second.kind != ir::ValueKind::place) return false;
  const std::string_view holder = text_at(code, second.range);
  const std::string_view name = text_at(code, place_at(code, set).range);
  return std::ranges::any_of(code.symbol.code->ops, [&](const ir::Op& op) {
    if (op.kind != OpKind::bind || !op.place || !op.value || set.range.begin <= op.range.begin) return false;
    const ir::Value& saved = code.symbol.facts->values[op.value.index];
    return saved.kind == ir::ValueKind::place && text_at(code, saved.range) == name &&
           text_at(code, place_at(code, op).range) == holder;
  });
}

std::optional<Flag> examine(const Code& code, std::size_t index) {
  const std::vector<ir::Op>& ops = code.symbol.code->ops;
  const ir::Op& set = ops[index];
  if (set.kind != OpKind::bind || !set.place || !set.value) return {};
  const ir::Place& place = place_at(code, set);
  if (!leads_through_attributes(code, place)) return {};
  const bool is_global = is_global_object(code, place);
  if (!is_global && !is_foreign(code, place)) return {};
  const std::string_view name = text_at(code, place.range);
  for (std::size_t i = index + 1; i < ops.size(); ++i) {
    const ir::Op& next = ops[i];
    if (next.kind != OpKind::bind || !next.place || !next.value) continue;
    if (text_at(code, place_at(code, next).range) != name) continue;
    if (!takes_back(code, set, next)) return {};
    const TextRange meanwhile = code.symbol.absolute({set.range.end, next.range.begin});
    if (!runs_code_within(code.symbol, meanwhile)) return {};
    if (is_locked_within(code.context.model, code.id, meanwhile)) return {};
    return Flag{&set, &next, is_global};
  }
  return {};
}

void report(const Code& code, const Flag& flag, std::vector<Finding>& findings) {
  const RuleContext& context = code.context;
  const std::string name(text_at(code, place_at(code, *flag.set).range));
  const std::string object = name.substr(0, name.rfind('.'));
  const std::string attribute = name.substr(name.rfind('.') + 1);
  const TextRange set = code.symbol.absolute(flag.set->range);
  const TextRange reset = code.symbol.absolute(flag.reset->range);
  const bool is_confined = context.model.is_event_loop_code || is_event_loop_module(context.module_name);
  // A generator's work is its user's.
  const ir::Op* const work = first_call_within(code.symbol, {set.end, reset.begin});
  const TextRange meanwhile = work == nullptr ? reset : code.symbol.absolute(work->range);
  findings.push_back(
      {.rule = &temporary_flag,
       .severity = flag.is_own_global && !is_confined ? Severity::warning : Severity::information,
       .effect = Effect::leak_between_requests,
       .breaks_on = BreaksOn::every_build,
       .range = set,
       .message = fmt::format("`{}` is set for the time of one call, until {} takes it back: all threads that use this "
                              "object see it, and the first to leave takes it back for the others",
                              name, line_of(context, reset.begin)),
       .evidence = flag.is_own_global ? fmt::format("the module holds `{}` for all threads", object)
                                      : fmt::format("`{}` comes from elsewhere, and others may have it too", object),
       .symbol = context.module_name + "." + attribute,
       .interleaving = {make_step(context, 1, StepAccess::write, code.id, name, "sets it", set),
                        make_step(context, 2, StepAccess::write, code.id, name, "sets it too, for another call", set),
                        make_step(context, 1, StepAccess::write, code.id, name, "takes it back", reset),
                        make_step(context, 2, StepAccess::call, code.id, called_name(context, meanwhile),
                                  "does its work, and finds it taken back", meanwhile)},
       .fixes = {},
       .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const Code code{context, FunctionId{i}, context.model.function(FunctionId{i})};
    if (code.symbol.code->kind != ir::FunctionKind::function || !code.symbol.code->name) continue;
    if (!is_of_module(context, code.id) || is_test_code(context, code.symbol)) continue;
    if (context.model.functions[i].is_construction) continue;
    for (std::size_t k = 0; k < code.symbol.code->ops.size(); ++k) {
      const std::optional<Flag> flag = examine(code, k);
      if (!flag || !may_run_on_threads(context.model, code.id)) continue;
      report(code, *flag, findings);
    }
  }
}

}  // namespace

const Rule temporary_flag{
    .info = {.name = "temporary-flag",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "an attribute of an object from elsewhere is set for the time of one call",
             .why = "A function sets an attribute of an object that it was given, calls something, and takes the "
                    "attribute back. All threads that have the object see the attribute meanwhile; of two such calls "
                    "at once, the first to leave takes it back while the other still relies on it. Pass an argument, "
                    "or keep the mark in a `ContextVar` or a `threading.local()`. A warning for objects in globals of "
                    "the module, information for others, never in tests.",
             .bad = R"py(def fetch(cache, key):
    cache.is_recording = True
    value = cache.get(key)
    cache.is_recording = False
    return value
)py",
             .good = R"py(def fetch(cache, key):
    return cache.get(key, is_recording=True)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
