#include "analysis/proof/call_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

bool is_literal(const ir::Value& value) {
  switch (value.kind) {
    case ir::ValueKind::none:
    case ir::ValueKind::boolean:
    case ir::ValueKind::number:
    case ir::ValueKind::string:
      return true;
    case ir::ValueKind::list:
    case ir::ValueKind::dict:
    case ir::ValueKind::set:
    case ir::ValueKind::tuple:
      return value.is_empty && !value.is_comprehension;
    default:
      return false;
  }
}

/// The arguments of a call, as written; nothing when one of them is no literal.
std::optional<std::string> literal_arguments(const RuleContext& context, const CallSite& site) {
  const FunctionSymbol& caller = context.model.function(site.caller);
  std::string text;
  for (std::uint32_t i = 0; i < site.call->argument_count; ++i) {
    const ir::Argument& argument = caller.facts->arguments[site.call->first_argument + i];
    const ir::Value& value = caller.facts->values[argument.value.index];
    if (argument.is_splat || !is_literal(value)) return {};
    if (!text.empty()) text += ", ";
    if (argument.keyword) text += std::string(context.model.symbols.text(caller, argument.keyword)) + '=';
    text += text_of(context, caller.absolute(value.range));
  }
  return text;
}

/// Whether a call without arguments will do.
bool needs_nothing(const FunctionSymbol& function) {
  const std::vector<ir::Parameter>& parameters = function.code->parameters;
  const std::size_t own = function.owner && function.receiver != Receiver::none ? 1 : 0;
  return std::ranges::all_of(parameters.begin() + static_cast<std::ptrdiff_t>(std::min(own, parameters.size())),
                             parameters.end(), [](const ir::Parameter& parameter) {
                               return parameter.default_value || !parameter.name ||
                                      parameter.kind > ir::Parameter::Kind::keyword_only;
                             });
}

struct Arguments {
  std::string text;
  bool is_known = true;
};

/// What to call with: nothing where that will do, else what a call that `is_wanted` passes.
template <class Wanted>
Arguments find_arguments(const RuleContext& context, const Wanted& is_wanted) {
  for (const FunctionFacts& caller : context.model.functions) {
    for (const CallSite& site : caller.calls) {
      if (site.call == nullptr || !is_wanted(site)) continue;
      if (auto text = literal_arguments(context, site)) return {*std::move(text), true};
    }
  }
  return {"...", false};
}

Arguments arguments_of(const RuleContext& context, FunctionId id) {
  if (needs_nothing(context.model.function(id))) return {};
  return find_arguments(context, [&](const CallSite& site) { return site.callee == id && !site.constructed; });
}

Arguments arguments_of_constructor(const RuleContext& context, ClassId id) {
  const SymbolTable& symbols = context.model.symbols;
  const Name init = symbols.names.find("__init__");
  const FunctionId constructor = init ? find_method(symbols, id, init) : FunctionId{};
  if (constructor && needs_nothing(context.model.function(constructor))) return {};
  // What the constructors of foreign bases take is not known.
  if (!constructor && symbols.class_of(id).base_names.empty()) return {};
  return find_arguments(context, [&](const CallSite& site) { return site.constructed == id; });
}

/// The global of the module that holds an object of the class; none if there is none.
Name global_object(const RuleContext& context, ClassId id) {
  for (const Name global : context.model.symbols.globals) {
    const bool is_own = context.model.symbols.names.text(global).find(':') == std::string_view::npos;
    if (is_own && context.model.cells.class_of_global(global) == id) return global;
  }
  return {};
}

/// `@property`, `@cached_property`, `@functools.cached_property`.
bool is_property(const FunctionSymbol& function) {
  return std::ranges::any_of(function.code->decorators, [&](ir::PlaceId decorator) {
    return last_name(*function.facts, function.facts->places[decorator.index]).ends_with("property");
  });
}

void note_missing(CallText& call, std::string what) {
  if (!call.missing.empty()) call.missing += " and ";
  call.missing += what;
}

/// Where the object of a method comes from.
std::string receiver_text(const RuleContext& context, const FunctionSymbol& function, CallText& call) {
  const ClassSymbol& owner = context.model.symbols.class_of(function.owner);
  if (function.receiver != Receiver::instance) return "m." + owner.name;
  if (const Name global = global_object(context, function.owner)) {
    return "m." + std::string(context.model.symbols.names.text(global));
  }
  const Arguments arguments = arguments_of_constructor(context, function.owner);
  if (!arguments.is_known) note_missing(call, fmt::format("how to make a `{}`", owner.name));
  call.setup = fmt::format("shared = m.{}({})", owner.name, arguments.text);
  return "shared";
}

}  // namespace

CallText call_text(const RuleContext& context, FunctionId id) {
  // A nested function runs within the one that is around it.
  while (context.model.function(id).parent &&
         context.model.function(context.model.function(id).parent).code->kind == ir::FunctionKind::function) {
    id = context.model.function(id).parent;
  }
  const FunctionSymbol& function = context.model.function(id);
  const std::string name(context.model.symbols.text(function, function.code->name));
  CallText call;
  if (function.code->kind != ir::FunctionKind::function) {
    call.code = "...";
    call.missing = "what runs this";
    return call;
  }
  const std::string object = function.owner ? receiver_text(context, function, call) : "m";
  if (function.owner && is_property(function)) {
    call.code = object + '.' + name;
    return call;
  }
  const Arguments arguments = arguments_of(context, id);
  if (!arguments.is_known) note_missing(call, fmt::format("the arguments of `{}`", function.qualified_name));
  if (name == "__init__" || name == "__new__") {
    call.setup.clear();
    call.code = fmt::format("m.{}({})", context.model.symbols.class_of(function.owner).name, arguments.text);
  } else {
    call.code = fmt::format("{}.{}({})", object, name, arguments.text);
  }
  if (function.code->is_generator) call.code = fmt::format("list({})", call.code);
  return call;
}

}  // namespace analysis
