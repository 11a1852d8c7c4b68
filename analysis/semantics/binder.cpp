// Fills the symbol table of a module from its statements.

#include <algorithm>

#include "analysis/semantics/class_hierarchy.h"
#include "analysis/semantics/place_names.h"
#include "analysis/semantics/symbol_table.h"

namespace analysis {
namespace {

using ir::FunctionKind;

void sort_and_unique(std::vector<Name>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

/// The name that an operation binds in its scope, if it binds a plain name.
Name bound_name(const SymbolTable& symbols, const FunctionSymbol& function, const ir::Op& op) {
  if (op.kind != ir::OpKind::bind && op.kind != ir::OpKind::augment && op.kind != ir::OpKind::remove &&
      op.kind != ir::OpKind::with) {
    return {};
  }
  if (!op.place) return {};
  const ir::Place& place = function.facts->places[op.place.index];
  if (place.segment_count != 0 || place.is_global_lookup || !place.root) return {};
  return symbols.name(function, place.root);
}

bool is_decorated_with(const FunctionSymbol& function, std::string_view name) {
  return std::ranges::any_of(function.code->decorators, [&](ir::PlaceId decorator) {
    return last_name(*function.facts, function.facts->places[decorator.index]) == name;
  });
}

/// A function made by one in a class body, to become a method of that class: its first parameter is called `self`, and
/// those around it have none of that name.
bool makes_method(const SymbolTable& symbols, const FunctionSymbol& function) {
  const auto takes_self = [&](const FunctionSymbol& each) {
    if (each.code->parameters.empty()) return false;
    const std::string_view first = symbols.text(each, each.code->parameters.front().name);
    return first == "self" || first == "_self";
  };
  if (function.owner || function.code->kind != FunctionKind::function || !takes_self(function)) return false;
  FunctionId around = function.parent;
  while (around && symbols.function(around).code->kind == FunctionKind::function) {
    const FunctionSymbol& outer = symbols.function(around);
    if (takes_self(outer)) return false;
    if (outer.owner) return true;
    around = outer.parent;
  }
  return false;
}

void set_receiver(const SymbolTable& symbols, FunctionSymbol& function) {
  if (makes_method(symbols, function)) {
    function.receiver = Receiver::instance;
    function.receiver_name = symbols.name(function, function.code->parameters.front().name);
    return;
  }
  if (!function.owner || function.code->kind != FunctionKind::function || function.code->parameters.empty()) return;
  if (is_decorated_with(function, "staticmethod")) return;
  const ir::Parameter& first = function.code->parameters.front();
  if (first.kind != ir::Parameter::Kind::normal) return;
  const std::string_view name = symbols.text(function, function.code->name);
  const bool is_of_class = is_decorated_with(function, "classmethod") || name == "__new__" ||
                           name == "__init_subclass__" || name == "__class_getitem__";
  function.receiver = is_of_class ? Receiver::class_ : Receiver::instance;
  function.receiver_name = symbols.name(function, first.name);
}

/// Whether the operation binds a name to something of another module of the program: then that is what the name means.
bool binds_linked_import(const SymbolTable& symbols, const FunctionSymbol& function, const ir::Op& op) {
  if (!op.value || function.facts->values[op.value.index].kind != ir::ValueKind::import) return false;
  return std::ranges::binary_search(symbols.module_of(function).imported, bound_name(symbols, function, op));
}

/// What the code of a function binds.
struct BoundNames {
  std::vector<Name> locals;   // sorted
  std::vector<Name> globals;  // as the program knows them; at module level, and through `global`
};

BoundNames names_bound_by(const SymbolTable& symbols, const FunctionSymbol& function) {
  std::vector<Name> bound;
  for (const ir::Op& op : function.code->ops) {
    if (binds_linked_import(symbols, function, op)) continue;
    if (const Name name = bound_name(symbols, function, op)) bound.push_back(name);
  }
  BoundNames result;
  if (function.code->kind == FunctionKind::module) {
    for (Name& name : bound) name = global_name(symbols, function, name);
    result.globals = std::move(bound);
    return result;
  }
  std::vector<Name> foreign;  // global and nonlocal
  for (const ir::NameId name : function.code->globals) foreign.push_back(symbols.name(function, name));
  for (const Name name : foreign) result.globals.push_back(global_name(symbols, function, name));
  for (const ir::NameId name : function.code->nonlocals) foreign.push_back(symbols.name(function, name));
  for (const ir::Parameter& parameter : function.code->parameters) {
    if (parameter.name) bound.push_back(symbols.name(function, parameter.name));
  }
  std::erase_if(bound, [&](Name name) { return std::ranges::find(foreign, name) != foreign.end(); });
  sort_and_unique(bound);
  result.locals = std::move(bound);
  return result;
}

std::string qualified_name(const SymbolTable& symbols, const FunctionSymbol& function) {
  if (function.code->kind == FunctionKind::module) return {};
  std::string own = function.code->kind == FunctionKind::lambda
                        ? std::string("<lambda>")
                        : std::string(symbols.text(function, function.code->name));
  if (function.code->kind == FunctionKind::class_body && function.owner) own = symbols.class_of(function.owner).name;
  if (!function.parent) return own;
  const std::string& outer = symbols.function(function.parent).qualified_name;
  return outer.empty() ? own : outer + "." + own;
}

void add_functions(SymbolTable& symbols, std::uint32_t index, const ir::PlacedStatement& statement) {
  auto& ids = symbols.statement_functions.emplace_back();
  auto& class_ids = symbols.statement_classes.emplace_back();
  for (const ir::Class& code : statement.facts->classes) {
    class_ids.push_back(ClassId{static_cast<std::uint32_t>(symbols.classes.size())});
    symbols.classes.push_back({.code = &code,
                               .body = {},
                               .parent = {},
                               .name = {},
                               .bases = {},
                               .derived = {},
                               .line = {},
                               .base_names = {},
                               .methods = {}});
  }
  for (const ir::Function& code : statement.facts->functions) {
    ids.push_back(FunctionId{static_cast<std::uint32_t>(symbols.functions.size())});
    FunctionSymbol& function = symbols.functions.emplace_back();
    function.facts = statement.facts.get();
    function.code = &code;
    function.statement = index;
    function.begin = statement.begin;
    if (code.parent) function.parent = ids[code.parent.index];
    if (code.owner) function.owner = class_ids[code.owner.index];
  }
  for (std::size_t i = 0; i < statement.facts->classes.size(); ++i) {
    const ir::Class& code = statement.facts->classes[i];
    ClassSymbol& symbol = symbols.classes[class_ids[i].index];
    symbol.name = code.name ? statement.facts->names[code.name.index] : std::string();
    if (code.body) symbol.body = ids[code.body.index];
    symbol.parent = code.parent ? ids[code.parent.index] : ids.front();
  }
}

/// What a definition in the code of `parent` binds: module-level code of all statements of a module is one scope.
Variable defined_in(const SymbolTable& symbols, FunctionId parent, const FunctionSymbol& function, Name name) {
  if (!parent || symbols.function(parent).code->kind == FunctionKind::module) {
    return {{}, global_name(symbols, function, name)};
  }
  return {parent, name};
}

void index_definitions(SymbolTable& symbols) {
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    if (function.code->kind != FunctionKind::function) continue;
    const Variable bound = defined_in(symbols, function.parent, function, symbols.name(function, function.code->name));
    symbols.function_definitions[definition_key(bound)] = FunctionId{i};
  }
  for (std::uint32_t i = 0; i < symbols.classes.size(); ++i) {
    const ClassSymbol& symbol = symbols.classes[i];
    const FunctionSymbol& parent = symbols.function(symbol.parent);
    const Variable bound = defined_in(symbols, symbol.parent, parent, symbols.name(parent, symbol.code->name));
    symbols.class_definitions[definition_key(bound)] = ClassId{i};
  }
}

/// `memoize = Memoize` at module level: a second name of the class.
void add_class_aliases(SymbolTable& symbols) {
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    if (function.code->kind != FunctionKind::module) continue;
    for (const ir::Op& op : function.code->ops) {
      if (op.kind != ir::OpKind::bind || !op.place || !op.value) continue;
      const ir::Place& target = function.facts->places[op.place.index];
      const ir::Value& value = function.facts->values[op.value.index];
      if (value.kind != ir::ValueKind::place || target.segment_count != 0 || !target.root) continue;
      const ir::Place& source = function.facts->places[value.place.index];
      if (source.segment_count != 0 || !source.root) continue;
      const ClassId known = class_named(symbols, look_up(symbols, FunctionId{i}, symbols.name(function, source.root)));
      const Variable alias = look_up(symbols, FunctionId{i}, symbols.name(function, target.root));
      if (known) symbols.class_definitions.try_emplace(definition_key(alias), known);
    }
  }
}

void link_classes(SymbolTable& symbols) {
  for (std::uint32_t i = 0; i < symbols.functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    const bool is_method = function.owner && function.code->kind == FunctionKind::function && function.parent &&
                           symbols.function(function.parent).code->kind == FunctionKind::class_body;
    if (is_method) symbols.classes[function.owner.index].methods.push_back(FunctionId{i});
  }
  for (std::uint32_t i = 0; i < symbols.classes.size(); ++i) {
    ClassSymbol& symbol = symbols.classes[i];
    const FunctionSymbol& parent = symbols.function(symbol.parent);
    for (const ir::PlaceId base : symbol.code->bases) {
      symbol.base_names.emplace_back(last_name(*parent.facts, parent.facts->places[base.index]));
      const ir::Place& place = parent.facts->places[base.index];
      if (!place.root) continue;
      const Origin origin = origin_of(symbols, symbol.parent, place);
      if (origin.segments != place.segment_count) continue;
      const ClassId found = class_named(symbols, origin.variable);
      if (!found || found.index == i) continue;
      symbol.bases.push_back(found);
      symbols.classes[found.index].derived.push_back(ClassId{i});
    }
  }
  for (std::uint32_t i = 0; i < symbols.classes.size(); ++i) {
    symbols.classes[i].line = related_classes(symbols, ClassId{i}, &ClassSymbol::bases);
  }
}

}  // namespace

SymbolTable bind_symbols(const Program& program) {
  SymbolTable symbols;
  symbols.added = program.added;
  for (const Program::Module& module : program.modules)
    symbols.modules.push_back({.name = module.name, .globals = {}, .imported = {}});
  symbols.statement_modules = program.modules_of_statements;
  for (std::uint32_t i = 0; i < program.statements.size(); ++i) {
    const ir::StatementFacts& facts = *program.statements[i].facts;
    const std::uint32_t module = program.modules_of_statements[i];
    std::vector<Name>& names = symbols.statement_names.emplace_back();
    names.reserve(facts.names.size());
    for (const std::string& name : facts.names) {
      names.push_back(symbols.names.intern(name));
      if (module == 0) continue;
      const auto [global, is_new] = symbols.modules[module].globals.try_emplace(names.back().index);
      if (is_new) global->second = symbols.names.intern_copy(program.modules[module].name + ":" + name);
    }
    add_functions(symbols, i, program.statements[i]);
  }
  for (std::size_t i = 0; i < program.modules.size(); ++i) {
    ModuleScope& module = symbols.modules[i];
    for (const auto& [alias, target] : program.modules[i].imports) {
      const Name written = symbols.names.intern_copy(alias);
      module.globals[written.index] = symbols.names.intern_copy(target);
      module.imported.push_back(written);
    }
    sort_and_unique(module.imported);
  }
  for (FunctionSymbol& function : symbols.functions) {
    // Parents come before their children, so their names are ready.
    function.qualified_name = qualified_name(symbols, function);
    set_receiver(symbols, function);
    BoundNames bound = names_bound_by(symbols, function);
    function.locals = std::move(bound.locals);
    symbols.globals.insert(symbols.globals.end(), bound.globals.begin(), bound.globals.end());
  }
  sort_and_unique(symbols.globals);
  index_definitions(symbols);
  add_class_aliases(symbols);
  link_classes(symbols);
  return symbols;
}

void place_statements(SymbolTable& symbols, const Program& program) {
  for (FunctionSymbol& function : symbols.functions) function.begin = program.statements[function.statement].begin;
}

void replace_code(SymbolTable& symbols, std::uint32_t statement, const ir::StatementFacts& facts) {
  std::vector<Name>& names = symbols.statement_names[statement];
  names.clear();
  for (const std::string& name : facts.names) names.push_back(symbols.names.intern_copy(name));
  const std::vector<ClassId>& classes = symbols.statement_classes[statement];
  for (std::size_t i = 0; i < classes.size(); ++i) symbols.classes[classes[i].index].code = &facts.classes[i];
  const std::vector<FunctionId>& functions = symbols.statement_functions[statement];
  for (std::size_t i = 0; i < functions.size(); ++i) {
    FunctionSymbol& function = symbols.functions[functions[i].index];
    function.facts = &facts;
    function.code = &facts.functions[i];
  }
  for (const FunctionId id : functions) {
    FunctionSymbol& function = symbols.functions[id.index];
    function.locals = names_bound_by(symbols, function).locals;
  }
}

}  // namespace analysis
