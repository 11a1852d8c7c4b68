// The scopes of a program: its functions, classes and globals, and what a name means in each of them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/semantics/ir.h"
#include "analysis/semantics/names.h"
#include "analysis/semantics/program.h"

namespace analysis {

using FunctionId = Id<struct ModuleFunctionTag>;
using ClassId = Id<struct ModuleClassTag>;

/// What the first parameter of a function is bound to; also of one that a function in a class body makes as a method.
enum class Receiver : std::uint8_t { none, instance, class_ };

/// A function of the module, or a class body, or the module-level code of one statement.
struct FunctionSymbol {
  const ir::StatementFacts* facts = nullptr;
  const ir::Function* code = nullptr;
  std::uint32_t statement = 0;  // index of the statement
  std::uint32_t begin = 0;      // where the statement begins: add it to all ranges of `code`
  FunctionId parent;            // lexically; none for module-level code
  ClassId owner;                // the class in whose body it is defined
  Receiver receiver = Receiver::none;
  Name receiver_name;
  std::string qualified_name;  // `Class.method`, `outer.inner`; empty for module-level code
  std::vector<Name> locals;    // sorted: parameters and names bound here, without `global` and `nonlocal` ones

  [[nodiscard]] TextRange absolute(TextRange range) const { return shifted(range, begin); }
};

struct ClassSymbol {
  const ir::Class* code = nullptr;
  FunctionId body;
  FunctionId parent;  // where it is defined
  std::string name;
  std::vector<ClassId> bases;           // those of this module
  std::vector<ClassId> derived;         // classes of the program that have it among their bases
  std::vector<ClassId> line;            // itself and all that it descends from, each once, the nearest first
  std::vector<std::string> base_names;  // last parts, of all bases: `threading.Thread` is `Thread`
  std::vector<FunctionId> methods;
};

/// The globals of the first module go by their own names, those of others by `module:name`, and a module itself by
/// `module:`, the first by `:`.
struct ModuleScope {
  std::string name;
  std::unordered_map<std::uint32_t, Name> globals;  // as the module writes them → as the program knows them
  std::vector<Name> imported;                       // sorted: as written, those that lead to another module
};

/// Read-only after binding. Holds views of the statements: they must outlive it.
struct SymbolTable {
  NameTable names;
  AddedKnowledge added;
  std::vector<ModuleScope> modules;
  std::vector<std::uint32_t> statement_modules;
  std::vector<std::vector<Name>> statement_names;  // statement → its NameId → Name
  std::vector<FunctionSymbol> functions;
  std::vector<ClassSymbol> classes;
  std::vector<Name> globals;  // sorted: bound at module level or through `global`; as the program knows them
  std::vector<std::vector<FunctionId>> statement_functions;  // statement → its FunctionIndex → id
  std::vector<std::vector<ClassId>> statement_classes;
  std::unordered_map<std::uint64_t, FunctionId> function_definitions;  // by scope and name, see `definition_key`
  std::unordered_map<std::uint64_t, ClassId> class_definitions;

  [[nodiscard]] const FunctionSymbol& function(FunctionId id) const { return functions[id.index]; }
  [[nodiscard]] const ClassSymbol& class_of(ClassId id) const { return classes[id.index]; }
  [[nodiscard]] Name name(const FunctionSymbol& in, ir::NameId name) const {
    return name ? statement_names[in.statement][name.index] : Name{};
  }
  [[nodiscard]] std::string_view text(const FunctionSymbol& in, ir::NameId name) const {
    return name ? std::string_view(in.facts->names[name.index]) : std::string_view();
  }
  [[nodiscard]] const ModuleScope& module_of(const FunctionSymbol& in) const {
    return modules[statement_modules[in.statement]];
  }
  [[nodiscard]] FunctionId id_of(const FunctionSymbol& in, ir::FunctionIndex index) const {
    return statement_functions[in.statement][index.index];
  }
  [[nodiscard]] ClassId id_of(const FunctionSymbol& in, ir::ClassIndex index) const {
    return statement_classes[in.statement][index.index];
  }
};

/// Where a name leads: to a variable of a function, or to a module's globals (builtins are globals nobody binds).
struct Variable {
  FunctionId owner;  // none: global
  Name name;         // of a global: as the program knows it
};

/// Of each statement, whether one of the names stands in it.
[[nodiscard]] std::vector<bool> statements_naming(const SymbolTable& symbols,
                                                  std::initializer_list<std::string_view> names);

/// Whether the function's name says that it is not for other modules: `_f`, not `__f__`.
[[nodiscard]] bool is_private_name(const SymbolTable& symbols, const FunctionSymbol& function);

[[nodiscard]] std::uint64_t definition_key(const Variable& variable);

/// Python's order: the function itself, enclosing functions (not class bodies), the module.
[[nodiscard]] Variable look_up(const SymbolTable& symbols, FunctionId from, Name name);

/// A name at module level, as the program knows it.
[[nodiscard]] Name global_name(const SymbolTable& symbols, const FunctionSymbol& in, Name written);

/// The variable at which a place begins, and how many of its segments lead there: `m.x` is the global `x` of module m.
struct Origin {
  Variable variable;
  std::uint32_t segments = 0;
};
[[nodiscard]] Origin origin_of(const SymbolTable& symbols, FunctionId in, const ir::Place& place);

/// `module.name` for what other modules bind, the name itself for our own.
[[nodiscard]] std::string display_name(const SymbolTable& symbols, Name global);

[[nodiscard]] bool is_global(const SymbolTable& symbols, Name name);

/// The function or class that is defined under that name; the last definition where there are several. None if there is
/// none.
[[nodiscard]] FunctionId function_named(const SymbolTable& symbols, const Variable& variable);
[[nodiscard]] ClassId class_named(const SymbolTable& symbols, const Variable& variable);

/// The method that `name` finds on a class of this module: itself first, then its bases in order. None if not here.
[[nodiscard]] FunctionId find_method(const SymbolTable& symbols, ClassId in, Name name);

/// The class whose instances (or which itself) a receiver is, looking through closures and through parameters that have
/// it for their default. None for other variables.
struct ReceiverOf {
  ClassId class_id;
  Receiver receiver = Receiver::none;
};
[[nodiscard]] ReceiverOf receiver_of(const SymbolTable& symbols, const Variable& variable);

[[nodiscard]] SymbolTable bind_symbols(const Program& program);

/// Moves all statements to where they stand in `program`, which has the same ones.
void place_statements(SymbolTable& symbols, const Program& program);

/// Gives the functions and classes of a statement of the first module other code. It must have the same functions and
/// classes, parameters and declarations: all that the code around can see of them. Names of the old code stay known, so
/// that code must outlive the table if `bind_symbols` saw it.
void replace_code(SymbolTable& symbols, std::uint32_t statement, const ir::StatementFacts& facts);

}  // namespace analysis
