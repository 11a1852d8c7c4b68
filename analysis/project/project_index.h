// The immutable join of what all modules say of each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/project/links.h"
#include "analysis/project/project_module.h"

namespace analysis {

/// Where a name is defined in the end.
struct Definition {
  const ProjectModule* module = nullptr;
  std::string name;  // empty: the module itself
};

/// Replaced, never edited; may be shared between threads. What rules learn from it must be part of `surroundings_of`.
class ProjectIndex {
 public:
  ProjectIndex() = default;
  /// Of modules with one name the first one counts.
  explicit ProjectIndex(std::vector<ProjectModule> modules);
  /// The same, quickly, when most of the modules are those of `previous`.
  ProjectIndex(std::vector<std::shared_ptr<const ProjectModule>> modules, const ProjectIndex& previous);
  /// Of modules that name each other as those did, in this order, for which `links` was made.
  ProjectIndex(std::vector<std::shared_ptr<const ProjectModule>> modules, std::shared_ptr<const Links> links)
      : modules_(std::move(modules)), links_(std::move(links)) {}

  [[nodiscard]] const std::vector<std::shared_ptr<const ProjectModule>>& modules() const { return modules_; }
  /// Whether modules name each other as in `other`, which this was made from: what differs is what their code does.
  [[nodiscard]] bool is_linked_as(const ProjectIndex& other) const { return links_ == other.links_; }
  [[nodiscard]] const std::shared_ptr<const Links>& links() const { return links_; }

  /// Whether another module imports `name` from `module` (then it keeps the object that was bound at that time), by
  /// name or by star.
  [[nodiscard]] bool is_imported(std::string_view module, std::string_view name) const;
  /// Whether another module changes the object of `module.name`, or rebinds it.
  [[nodiscard]] bool is_mutated(std::string_view module, std::string_view name) const;
  [[nodiscard]] const ForeignUses& uses_of(std::string_view module) const;
  /// Whether the code of a module matters to others of the project: they import from it, or define bases of its
  /// classes.
  [[nodiscard]] bool has_relatives(std::string_view module) const { return links_->relatives.contains(module); }

  /// Whether what a module says depends on others, or others on it.
  [[nodiscard]] bool is_linked(const ProjectModule& module) const;

  /// By its full name, namespace packages included. Null when the project does not have it.
  [[nodiscard]] const ProjectModule* find(std::string_view module) const;
  /// What `member` of `module` is, through imports, star imports and re-exports; `member` may be empty. Nothing when it
  /// is not of this project.
  [[nodiscard]] std::optional<Definition> resolve(std::string_view module, std::string_view member) const;
  /// What the imported names of a module are, by the names that it binds: those that are of this project. Found once
  /// for each module. The module need not be the one of the index, but may be a newer text of it. Lives as long as the
  /// index.
  [[nodiscard]] std::shared_ptr<const ImportTargets> imports_of(const ProjectModule& module) const;
  [[nodiscard]] Definition definition(const ImportTarget& target) const {
    return {modules_[target.module].get(), target.name};
  }
  /// A dotted name as written in a module.
  [[nodiscard]] std::optional<Definition> resolve_in(const ProjectModule& module, std::string_view dotted) const;

  /// The direct subclasses, in other modules, of a class.
  struct Subclass {
    const ProjectModule* module = nullptr;
    const ClassOutline* outline = nullptr;
  };
  [[nodiscard]] std::vector<Subclass> subclasses_of(const std::string& module, const std::string& name) const;

  /// A statement of any module.
  struct Place {
    const ProjectModule* module = nullptr;
    std::uint32_t statement = 0;  // index
  };
  /// Those that keep an object of a class in a global.
  [[nodiscard]] std::vector<Place> holders_of(const std::string& module, const std::string& name) const;
  /// Those of other modules, tests apart, with functions that change what a global holds.
  [[nodiscard]] std::vector<Place> changers_of(const std::string& module, const std::string& name) const;

 private:
  void link();
  void add_uses(const ModuleSummary& summary, Links& links) const;
  void add_subclasses(std::uint32_t index, Links& links) const;
  void add_holders(std::uint32_t index, Links& links) const;
  void add_changers(std::uint32_t index, Links& links) const;
  [[nodiscard]] ImportTargets find_imports(const ModuleSummary& summary) const;
  [[nodiscard]] std::optional<Definition> resolve(std::string_view module, std::string_view member,
                                                  int hops_left) const;
  [[nodiscard]] std::optional<Definition> resolve_member(const ProjectModule& here, std::string_view member,
                                                         int hops_left) const;

  std::vector<std::shared_ptr<const ProjectModule>> modules_;
  std::shared_ptr<const Links> links_ = std::make_shared<Links>();
};

}  // namespace analysis
