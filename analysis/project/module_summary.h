// What other modules may know of a module.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace analysis {

/// A use of another module's name. `module` is as far as it can be told from this module alone: absolute and dotted.
struct ForeignUse {
  std::string module;
  std::string name;          // "*" for a star import
  bool is_mutation = false;  // the object is changed in place, or the module's attribute is rebound
  friend auto operator<=>(const ForeignUse&, const ForeignUse&) = default;
};

/// A statement that changes what another module's global holds.
struct ForeignChange {
  std::string module;  // as in `ForeignUse`
  std::string name;
  std::uint32_t statement = 0;  // index
  friend auto operator<=>(const ForeignChange&, const ForeignChange&) = default;
};

/// A name that an import binds, at module level or in a function.
struct ImportedName {
  std::vector<std::string> modules;  // several where the text alone does not decide; absolute and dotted
  std::string member;                // empty: the module itself
  friend bool operator==(const ImportedName&, const ImportedName&) = default;
};

/// A class at module level, as far as it matters to classes of other modules that share its objects.
struct ClassOutline {
  std::string name;
  std::uint32_t statement = 0;       // index
  std::vector<std::string> bases;    // dotted, as written
  std::vector<std::string> tested;   // sorted: attributes of `self` and `cls` that conditions ask for
  std::vector<std::string> written;  // sorted: those that are bound or changed in place
  friend bool operator==(const ClassOutline&, const ClassOutline&) = default;
};

/// A global that holds a new object: `registry = Registry()`.
struct HeldObject {
  std::string maker;            // dotted, as written
  std::uint32_t statement = 0;  // index
  friend bool operator==(const HeldObject&, const HeldObject&) = default;
};

/// Equal digests: the module means the same to all others, though its statements may stand elsewhere and its functions
/// may do what concerns nobody else in another way.
struct ModuleSummary {
  std::string name;                                                            // dotted: `shop.codecs`
  std::vector<ForeignUse> uses;                                                // sorted, without doubles
  std::map<std::string, ImportedName, std::less<>> imports;                    // by the name that is bound
  std::vector<std::string> star_imports;                                       // modules, in order
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> definitions;  // name → statements that bind it
  std::vector<std::uint32_t>
      closed;  // sorted: statements whose names nobody looks behind: classes, and functions that change nothing
  std::vector<ClassOutline> classes;
  std::vector<HeldObject> held_objects;
  std::vector<ForeignChange> changes;  // sorted, without doubles: by functions and methods, which may run at any time
  std::uint64_t digest = 0;
  friend bool operator==(const ModuleSummary&, const ModuleSummary&) = default;
};

}  // namespace analysis
