// Shared cells: what a race can be about, and how a place in the text leads to one.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/semantics/symbol_table.h"

namespace analysis {

using CellId = Id<struct CellTag>;

/// design.md §2: (a) and (b) are `global`, (c) is `class_attribute`, (d) is `instance_attribute`; `object_attribute` is
/// an attribute of an object in a module global whose class is not known here, functions included.
enum class CellKind : std::uint8_t { global, class_attribute, instance_attribute, object_attribute };

struct Cell {
  CellKind kind = CellKind::global;
  ClassId owner;  // of class and instance attributes: the topmost class of this module that mentions the attribute
  Name object;    // of object attributes: the global
  Name name;      // none: of kind instance_attribute, the elements of an object that is a container itself
};

/// How code names an attribute of a class or of its instances.
enum class AttributeMention : std::uint8_t {
  other,        // it does not bind it
  in_body,      // it binds it in the class body
  on_instance,  // `self.x = …`
  on_class,     // `cls.x = …`, `Class.x = …`
};

/// What the module's code does with an attribute of a class and of its instances: how often it names it so.
struct AttributeUse {
  std::array<std::uint32_t, 4> counts{};  // by AttributeMention

  [[nodiscard]] bool has(AttributeMention how) const { return counts[static_cast<std::size_t>(how)] != 0; }
};

/// What a place is, as far as the scopes tell.
struct Resolution {
  enum class Kind : std::uint8_t { unknown, cell, variable } kind = Kind::unknown;
  CellId cell;
  Variable variable;           // of kind variable: a local of some function, or a receiver without segments
  std::uint32_t consumed = 0;  // how many segments lead to it; the others go into its object
  ClassId receiver_class;      // set when the place is a method's receiver itself
};

/// Functions with consecutive ids.
struct FunctionRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool contains(FunctionId id) const { return begin <= id.index && id.index < end; }
};

/// All cells of a module. Cells are added while places are resolved; then the table is read-only.
class CellTable {
 public:
  explicit CellTable(const SymbolTable& symbols);

  [[nodiscard]] const Cell& cell(CellId id) const { return cells_[id.index]; }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  CellId intern(const Cell& cell);

  /// `origin_of` and what the place is from there, found once for each place of the code.
  Origin origin(FunctionId in, const ir::Place& place);
  Resolution resolve(FunctionId in, const ir::Place& place);

  /// Uses of `name` in `in` itself.
  [[nodiscard]] const AttributeUse* use_of(ClassId in, Name name) const;
  /// The attribute as seen from `in`: which cell it is. `is_through_instance` says how it is reached.
  CellId attribute(ClassId in, Name name, bool is_through_instance);

  /// The elements of an object whose class derives from `dict`, `list` or `set`. None for other classes.
  CellId elements_of(ClassId of);
  /// The global container that an attribute only ever is another name of: `self.config = config`, where `config` is the
  /// global or a parameter that has it as default. None for other attributes.
  CellId global_in(CellId attribute);
  /// The global container that a parameter has as default value; none for other parameters.
  CellId global_in_default(FunctionId function, const ir::Parameter& parameter);

  /// The class of the object in a global, when all that bind it make the same one: `REGISTRY = Registry()`.
  [[nodiscard]] ClassId class_of_global(Name name) const;

  /// Whether a global only ever names modules, functions and classes: not a cell, whatever is in it belongs to others.
  [[nodiscard]] bool is_definition(Name global) const;

  /// Before these functions of the symbol table get other code: forgets what they say of globals and attributes.
  void forget(FunctionRange functions);
  /// When they have it: takes in what they say. Cells stay, and so do their ids.
  void learn(FunctionRange functions);
  /// The global that attributes are another name of. By attribute.
  using Aliases = std::unordered_map<std::uint64_t, Name>;
  [[nodiscard]] const Aliases& aliases() const { return aliases_; }

  struct Binding {
    FunctionId function;
    const ir::Op* op = nullptr;
  };
  /// The operations that bind a global name, module level first, each in the order of the functions. Empty for names
  /// that the module does not bind.
  [[nodiscard]] const std::vector<Binding>& bindings_of(Name global) const;
  /// Those that bind an attribute (through the class body, `self` or the class).
  [[nodiscard]] const std::vector<Binding>& bindings_of_attribute(ClassId owner, Name name) const;

 private:
  /// What was found out about a place.
  struct KnownPlace {
    FunctionId in;  // from where it was looked at
    bool is_resolved = false;
    Origin origin;
    Resolution resolution;
  };
  /// Its origin is known.
  KnownPlace& known(FunctionId in, const ir::Place& place);
  Resolution resolve_from(const Origin& origin, FunctionId in, const ir::Place& place);
  void collect_globals(FunctionRange functions);
  void collect_attributes(FunctionRange functions);
  void collect_aliases();
  void add(std::vector<Binding>& bindings, Binding binding) const;
  /// The global that a name means in a function, when it holds a container.
  [[nodiscard]] Name container_named(FunctionId in, const ir::Place& place) const;
  [[nodiscard]] Name container_in_default(FunctionId function, const ir::Parameter& parameter) const;

  /// `holder`: index of the class, or of the name of the global.
  static std::uint64_t key_of(std::uint32_t holder, Name name) { return (std::uint64_t{holder} << 32) | name.index; }

  const SymbolTable& symbols_;
  std::vector<Cell> cells_;
  std::array<std::unordered_map<std::uint64_t, CellId>, 4> ids_;  // by kind
  std::unordered_map<std::uint32_t, std::vector<Binding>> global_bindings_;
  std::unordered_map<std::uint64_t, AttributeUse> attributes_;
  std::unordered_map<std::uint64_t, std::vector<Binding>> attribute_bindings_;
  Aliases aliases_;
  std::vector<std::vector<KnownPlace>> known_;  // statement → its PlaceId → what is known
};

/// One place where a function names an attribute of a class of the program.
struct NamedAttribute {
  ClassId of;
  Name name;
  AttributeMention how = AttributeMention::other;
  const ir::Op* op = nullptr;  // that binds it; null when it is not bound
};
/// In the order of the code. `cells` knows the globals already.
[[nodiscard]] std::vector<NamedAttribute> attributes_named_in(const SymbolTable& symbols, const CellTable& cells,
                                                              FunctionId function);

/// How messages call a cell: `X`, `Class.x`, `obj.x`.
[[nodiscard]] std::string display_name(const SymbolTable& symbols, const Cell& cell);

}  // namespace analysis
