// What follows from how the modules of a project name each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analysis/text/made_once.h"

namespace analysis {

/// What a name is, imports followed.
struct ImportTarget {
  std::uint32_t module = 0;  // index in `ProjectIndex::modules`
  std::string name;          // empty: the module itself
};

/// By the names that a module binds.
using ImportTargets = std::map<std::string, ImportTarget, std::less<>>;

/// The names of a module that others import, by name or as `*`, or change; and which of them they change.
using ForeignUses = std::map<std::string, bool, std::less<>>;

/// Lets views look strings up.
struct HashOfText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Made of indices, so that it stays good when texts change.
struct Links {
  /// A class, a held object or a change of a summary.
  struct Member {
    std::uint32_t module = 0;  // index in `ProjectIndex::modules`
    std::uint32_t index = 0;   // in the summary's list
  };
  template <class Value>
  using ByName = std::unordered_map<std::string, Value, HashOfText, std::equal_to<>>;
  using Names = std::unordered_set<std::string, HashOfText, std::equal_to<>>;

  /// Finds `last_parts`, when `modules` are there.
  void find_last_parts() {
    for (const auto& [name, index] : modules) last_parts.emplace(std::string_view(name).substr(name.rfind('.') + 1));
  }

  ByName<std::uint32_t> modules;                 // indices
  Names last_parts;                              // of the modules' names
  ByName<ForeignUses> uses;                      // by module
  Names relatives;                               // modules whose code matters to others
  ByName<std::vector<Member>> subclasses;        // by "module\0class"
  ByName<std::vector<Member>> holders;           // by "module\0class"
  ByName<std::vector<Member>> changers;          // by "module\0global"
  std::vector<MadeOnce<ImportTargets>> imports;  // by module; made when they are asked for
};

}  // namespace analysis
