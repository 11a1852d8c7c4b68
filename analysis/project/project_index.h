// The immutable join of what all modules say of each other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// A module as others see it.
struct ProjectModule {
  std::string path;  // whatever the driver calls the file by
  std::shared_ptr<const ModuleSummary> summary;
  std::shared_ptr<const SourceText> text;
  std::vector<ir::PlacedStatement> statements;
};

/// Where a name is defined in the end.
struct Definition {
  const ProjectModule* module = nullptr;
  std::string name;  // empty: the module itself
};

/// Replaced, never edited; may be shared between threads.
class ProjectIndex {
 public:
  ProjectIndex() = default;
  ProjectIndex(ProjectIndex&&) = default;
  ProjectIndex& operator=(ProjectIndex&&) = default;
  ProjectIndex(const ProjectIndex&) = delete;  // it holds pointers into itself
  ProjectIndex& operator=(const ProjectIndex&) = delete;
  /// Of modules with one name the first one counts.
  explicit ProjectIndex(std::vector<ProjectModule> modules);

  /// Whether another module imports `name` from `module` (then it keeps the object that was bound at that time), by
  /// name or by star.
  [[nodiscard]] bool is_imported(std::string_view module, std::string_view name) const;
  /// Whether another module changes the object of `module.name`, or rebinds it.
  [[nodiscard]] bool is_mutated(std::string_view module, std::string_view name) const;
  /// Whether the code of a module matters to others of the project: they import from it, or define bases of its
  /// classes.
  [[nodiscard]] bool has_relatives(std::string_view module) const { return relatives_.contains(std::string(module)); }

  /// Whether what a module says depends on others, or others on it.
  [[nodiscard]] bool is_linked(const ModuleSummary& summary) const;

  /// Null when the project does not have it.
  [[nodiscard]] const ProjectModule* find(std::string_view module) const;
  /// What `member` of `module` is, through imports, star imports and re-exports; `member` may be empty. Nothing when it
  /// is not of this project.
  [[nodiscard]] std::optional<Definition> resolve(const std::string& module, const std::string& member) const;
  /// What an imported name of a module is.
  [[nodiscard]] std::optional<Definition> resolve(const ImportedName& imported) const;
  /// A dotted name as written in a module.
  [[nodiscard]] std::optional<Definition> resolve_in(const ProjectModule& module, const std::string& dotted) const;

  /// The direct subclasses, in other modules, of a class.
  struct Subclass {
    const ProjectModule* module = nullptr;
    const ClassOutline* outline = nullptr;
  };
  [[nodiscard]] const std::vector<Subclass>& subclasses_of(const std::string& module, const std::string& name) const;

  /// Statements, of any module, that keep an object of a class in a global.
  struct Holder {
    const ProjectModule* module = nullptr;
    std::uint32_t statement = 0;  // index
  };
  [[nodiscard]] const std::vector<Holder>& holders_of(const std::string& module, const std::string& name) const;

 private:
  [[nodiscard]] std::optional<Definition> resolve(const std::string& module, const std::string& member,
                                                  int hops_left) const;
  void add_subclasses(const ProjectModule& module);
  void add_holders(const ProjectModule& module);

  std::vector<ProjectModule> modules_;
  std::unordered_map<std::string_view, const ProjectModule*> by_name_;
  std::unordered_map<std::string, bool> uses_;  // "module\0name" → is mutated
  std::unordered_set<std::string> relatives_;
  std::unordered_map<std::string, std::vector<Subclass>> subclasses_;
  std::unordered_map<std::string, std::vector<Holder>> holders_;
};

}  // namespace analysis
