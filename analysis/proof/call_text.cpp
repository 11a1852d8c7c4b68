#include "analysis/proof/call_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/proof/literal_arguments.h"
#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/place_names.h"

namespace analysis {
namespace {

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

/// What to call with: what a call of the program that `is_wanted` passes, else one of the project.
template <class Wanted>
Arguments find_arguments(const RuleContext& context, const Callee& callee, const Wanted& is_wanted) {
  for (const FunctionFacts& caller : context.model.functions) {
    for (const CallSite& site : caller.calls) {
      if (site.call == nullptr || !is_wanted(site)) continue;
      if (auto text = literal_arguments(context, site)) return {*std::move(text), true};
    }
  }
  if (auto text = literal_arguments(context.project, callee)) return {*std::move(text), true};
  return {"...", false};
}

/// `callee` is how others name the function.
Arguments arguments_of(const RuleContext& context, FunctionId id, const Callee& callee) {
  const FunctionSymbol& function = context.model.function(id);
  if (needs_nothing(function)) return {};
  const Arguments found =
      find_arguments(context, callee, [&](const CallSite& site) { return site.callee == id && !site.constructed; });
  if (found.is_known || !function.owner || callee.method.empty()) return found;
  const Callee of_class{context.model.symbols.module_of(function).name,
                        context.model.symbols.class_of(function.owner).name, callee.method};
  if (auto text = literal_arguments_to_objects(context.project, of_class)) return {*std::move(text), true};
  return found;
}

Arguments arguments_of_constructor(const RuleContext& context, ClassId id, const std::string& module) {
  const SymbolTable& symbols = context.model.symbols;
  const Name init = symbols.names.find("__init__");
  const FunctionId constructor = init ? find_method(symbols, id, init) : FunctionId{};
  if (constructor && needs_nothing(context.model.function(constructor))) return {};
  // What the constructors of foreign bases take is not known.
  if (!constructor && symbols.class_of(id).base_names.empty()) return {};
  return find_arguments(context, {.module = module, .name = symbols.class_of(id).name, .method = {}},
                        [&](const CallSite& site) { return site.constructed == id; });
}

/// A global of the program: `module:name`, as symbol tables have it, in two.
struct GlobalName {
  std::string module;
  std::string name;
};

GlobalName name_of_global(const RuleContext& context, Name global) {
  const std::string_view text = context.model.symbols.names.text(global);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {context.module_name, std::string(text)};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

/// Where an object of the class, or of one that is derived from it, is held: in the class's own module, else in
/// another. Without a name where none is.
GlobalName global_object(const RuleContext& context, ClassId id, const std::string& module) {
  GlobalName elsewhere;
  for (const Name global : context.model.symbols.globals) {
    const ClassId held = context.model.cells.class_of_global(global);
    if (!held || (held != id && std::ranges::find(context.model.symbols.class_of(id).derived, held) ==
                                    context.model.symbols.class_of(id).derived.end()))
      continue;
    GlobalName found = name_of_global(context, global);
    if (found.module == module) return found;
    if (elsewhere.name.empty()) elsewhere = std::move(found);
  }
  return elsewhere;
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

/// What a method is called on.
struct ReceiverText {
  std::string code;
  std::string name;  // of the class or object at module level; empty when it is neither
};

ReceiverText receiver_text(const RuleContext& context, const FunctionSymbol& function, CallText& call) {
  const ClassSymbol& owner = context.model.symbols.class_of(function.owner);
  if (function.receiver != Receiver::instance) return {"m." + owner.name, owner.name};
  if (GlobalName global = global_object(context, function.owner, call.module); !global.name.empty()) {
    call.module = std::move(global.module);
    return {"m." + global.name, global.name};
  }
  const Arguments arguments = arguments_of_constructor(context, function.owner, call.module);
  if (!arguments.is_known) note_missing(call, fmt::format("how to make a `{}`", owner.name));
  call.setup = fmt::format("shared = m.{}({})", owner.name, arguments.text);
  return {"shared", {}};
}

/// What is called in the end, by a name of the module.
std::string callee_text(const ReceiverText& receiver, std::string_view method) {
  return method == "__call__" ? receiver.code : fmt::format("{}.{}", receiver.code, method);
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
  CallText call{.module = context.model.symbols.module_of(function).name, .setup = {}, .code = {}, .missing = {}};
  if (function.code->kind != ir::FunctionKind::function) {
    call.code = "...";
    call.missing = "what runs this";
    return call;
  }
  if (function.owner && (name == "__init__" || name == "__new__")) {
    const std::string& made = context.model.symbols.class_of(function.owner).name;
    const Arguments arguments = arguments_of_constructor(context, function.owner, call.module);
    if (!arguments.is_known) note_missing(call, fmt::format("the arguments of `{}`", function.qualified_name));
    call.code = fmt::format("m.{}({})", made, arguments.text);
    return call;
  }
  const ReceiverText receiver = function.owner ? receiver_text(context, function, call) : ReceiverText{"m", {}};
  if (function.owner && is_property(function)) {
    call.code = fmt::format("{}.{}", receiver.code, name);
    return call;
  }
  const Callee callee = function.owner ? Callee{call.module, receiver.name, name == "__call__" ? "" : name}
                                       : Callee{call.module, name, {}};
  const Arguments arguments = arguments_of(context, id, callee);
  if (!arguments.is_known) note_missing(call, fmt::format("the arguments of `{}`", function.qualified_name));
  call.code = fmt::format("{}({})", callee_text(receiver, name), arguments.text);
  if (function.code->is_generator) call.code = fmt::format("list({})", call.code);
  return call;
}

}  // namespace analysis
