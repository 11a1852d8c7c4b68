#include "analysis/semantics/symbol_table.h"

#include <algorithm>
#include <optional>

namespace analysis {

Variable look_up(const SymbolTable& symbols, FunctionId from, Name name) {
  bool is_own_scope = true;
  for (FunctionId at = from; at; at = symbols.function(at).parent) {
    const FunctionSymbol& function = symbols.function(at);
    const ir::FunctionKind kind = function.code->kind;
    if (kind == ir::FunctionKind::module) break;
    // The names of a class body are not seen from the functions in it.
    const bool is_visible = is_own_scope || kind != ir::FunctionKind::class_body;
    is_own_scope = false;
    if (!is_visible) continue;
    const auto declares = [&](ir::NameId declared) { return symbols.name(function, declared) == name; };
    if (std::ranges::any_of(function.code->globals, declares)) break;
    if (std::ranges::binary_search(function.locals, name)) return {at, name};
  }
  return {FunctionId{}, global_name(symbols, symbols.function(from), name)};
}

Name global_name(const SymbolTable& symbols, const FunctionSymbol& in, Name written) {
  const ModuleScope& module = symbols.module_of(in);
  const auto found = module.globals.find(written.index);
  return found == module.globals.end() ? written : found->second;
}

Origin origin_of(const SymbolTable& symbols, FunctionId in, const ir::Place& place) {
  const FunctionSymbol& function = symbols.function(in);
  const Name root = symbols.name(function, place.root);
  Origin origin;
  origin.variable =
      place.is_global_lookup ? Variable{{}, global_name(symbols, function, root)} : look_up(symbols, in, root);
  while (!origin.variable.owner && symbols.names.text(origin.variable.name).ends_with(':')) {
    if (origin.segments == place.segment_count) break;
    const ir::Segment& next = function.facts->segments[place.first_segment + origin.segments];
    if (next.kind != ir::Segment::Kind::attribute) break;
    const std::string module(symbols.names.text(origin.variable.name));
    const std::string_view member = symbols.text(function, next.name);
    Name found = symbols.names.find(module == ":" ? std::string(member) : module + std::string(member));
    if (!found) found = symbols.names.find(module.substr(0, module.size() - 1) + "." + std::string(member) + ":");
    if (!found) break;
    origin.variable.name = found;
    ++origin.segments;
  }
  return origin;
}

std::string display_name(const SymbolTable& symbols, Name global) {
  std::string name(symbols.names.text(global));
  const std::size_t colon = name.find(':');
  if (colon != std::string::npos) name[colon] = '.';
  return name;
}

std::vector<bool> statements_naming(const SymbolTable& symbols, std::initializer_list<std::string_view> names) {
  std::vector<Name> wanted;
  for (const std::string_view name : names) {
    if (const Name known = symbols.names.find(name)) wanted.push_back(known);
  }
  std::vector<bool> found(symbols.statement_names.size());
  for (std::size_t i = 0; i < found.size() && !wanted.empty(); ++i) {
    found[i] = std::ranges::find_first_of(symbols.statement_names[i], wanted) != symbols.statement_names[i].end();
  }
  return found;
}

bool is_global(const SymbolTable& symbols, Name name) { return std::ranges::binary_search(symbols.globals, name); }

bool is_private_name(const SymbolTable& symbols, const FunctionSymbol& function) {
  const std::string_view name = symbols.text(function, function.code->name);
  return name.starts_with('_') && !name.ends_with("__");
}

std::uint64_t definition_key(const Variable& variable) {
  return (std::uint64_t{variable.owner.index} << 32) | variable.name.index;
}

FunctionId function_named(const SymbolTable& symbols, const Variable& variable) {
  const auto found = symbols.function_definitions.find(definition_key(variable));
  return found == symbols.function_definitions.end() ? FunctionId{} : found->second;
}

ClassId class_named(const SymbolTable& symbols, const Variable& variable) {
  const auto found = symbols.class_definitions.find(definition_key(variable));
  return found == symbols.class_definitions.end() ? ClassId{} : found->second;
}

namespace {

/// The last definition counts.
FunctionId find_own_method(const SymbolTable& symbols, const ClassSymbol& in, Name name) {
  for (auto method = in.methods.rbegin(); method != in.methods.rend(); ++method) {
    const FunctionSymbol& function = symbols.function(*method);
    if (symbols.name(function, function.code->name) == name) return *method;
  }
  return {};
}

/// The variable around a function that one of its parameters has for its default: `def callback(self=self)`.
std::optional<Variable> default_of(const SymbolTable& symbols, const FunctionSymbol& function, Name parameter) {
  for (const ir::Parameter& each : function.code->parameters) {
    if (!each.default_value || symbols.name(function, each.name) != parameter) continue;
    const ir::Value& value = function.facts->values[each.default_value.index];
    if (value.kind != ir::ValueKind::place) return {};
    const ir::Place& place = function.facts->places[value.place.index];
    if (!place.root || place.segment_count != 0) return {};
    return look_up(symbols, function.parent, symbols.name(function, place.root));
  }
  return {};
}

}  // namespace

FunctionId find_method(const SymbolTable& symbols, ClassId in, Name name) {
  if (symbols.class_of(in).bases.empty()) return find_own_method(symbols, symbols.class_of(in), name);
  std::vector<ClassId> seen;
  std::vector<ClassId> open{in};
  while (!open.empty()) {
    const ClassId at = open.back();
    open.pop_back();
    if (std::ranges::find(seen, at) != seen.end()) continue;
    seen.push_back(at);
    const ClassSymbol& here = symbols.class_of(at);
    if (const FunctionId found = find_own_method(symbols, here, name)) return found;
    open.insert(open.end(), here.bases.rbegin(), here.bases.rend());
  }
  return {};
}

ReceiverOf receiver_of(const SymbolTable& symbols, const Variable& variable) {
  if (!variable.owner) return {};
  const FunctionSymbol& function = symbols.function(variable.owner);
  if (function.receiver == Receiver::none || function.receiver_name != variable.name) {
    const auto outer = function.parent ? default_of(symbols, function, variable.name) : std::nullopt;
    return outer ? receiver_of(symbols, *outer) : ReceiverOf{};
  }
  const FunctionSymbol* of_class = &function;
  while (!of_class->owner && of_class->parent) of_class = &symbols.function(of_class->parent);
  return {of_class->owner, function.receiver};
}

}  // namespace analysis
