// The immutable join of what all modules say of each other.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/project/module_summary.h"

namespace analysis {

/// Replaced, never edited; may be shared between threads.
class ProjectIndex {
 public:
  ProjectIndex() = default;
  explicit ProjectIndex(const std::vector<std::shared_ptr<const ModuleSummary>>& modules);

  /// Whether another module imports `name` from `module` (then it keeps the object that was bound at that time), by
  /// name or by star.
  [[nodiscard]] bool is_imported(std::string_view module, std::string_view name) const;
  /// Whether another module changes the object of `module.name`, or rebinds it.
  [[nodiscard]] bool is_mutated(std::string_view module, std::string_view name) const;

 private:
  std::unordered_map<std::string, bool> uses_;  // "module\0name" → is mutated
};

}  // namespace analysis
