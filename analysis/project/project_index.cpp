#include "analysis/project/project_index.h"

#include <algorithm>

namespace analysis {
namespace {

/// More than any chain of re-exports is long; circles end here.
constexpr int longest_chain = 8;

std::string key_of(std::string_view module, std::string_view name) {
  std::string key(module);
  key.push_back('\0');
  key.append(name);
  return key;
}

}  // namespace

ProjectIndex::ProjectIndex(std::vector<ProjectModule> modules) : modules_(std::move(modules)) {
  for (const ProjectModule& module : modules_) {
    by_name_.try_emplace(module.summary->name, &module);
    for (const ForeignUse& use : module.summary->uses) {
      bool& is_mutated = uses_[key_of(use.module, use.name)];
      is_mutated = is_mutated || use.is_mutation;
    }
    for (const auto& [alias, imported] : module.summary->imports) {
      relatives_.insert(imported.modules.begin(), imported.modules.end());
    }
    relatives_.insert(module.summary->star_imports.begin(), module.summary->star_imports.end());
  }
  for (const ProjectModule& module : modules_) {
    add_subclasses(module);
    add_holders(module);
  }
}

void ProjectIndex::add_holders(const ProjectModule& module) {
  for (const HeldObject& held : module.summary->held_objects) {
    const auto found = resolve_in(module, held.maker);
    if (!found || found->name.empty()) continue;
    holders_[key_of(found->module->summary->name, found->name)].push_back({&module, held.statement});
    if (found->module != &module) relatives_.insert(module.summary->name);
  }
}

void ProjectIndex::add_subclasses(const ProjectModule& module) {
  for (const ClassOutline& outline : module.summary->classes) {
    for (const std::string& base : outline.bases) {
      const auto found = resolve_in(module, base);
      if (!found || found->module == &module) continue;
      subclasses_[key_of(found->module->summary->name, found->name)].push_back({&module, &outline});
      relatives_.insert(module.summary->name);
    }
  }
}

bool ProjectIndex::is_imported(std::string_view module, std::string_view name) const {
  return uses_.contains(key_of(module, name)) || uses_.contains(key_of(module, "*"));
}

bool ProjectIndex::is_mutated(std::string_view module, std::string_view name) const {
  const auto found = uses_.find(key_of(module, name));
  return found != uses_.end() && found->second;
}

bool ProjectIndex::is_linked(const ModuleSummary& summary) const {
  if (has_relatives(summary.name)) return true;
  const auto is_here = [&](const std::string& module) { return find(module) != nullptr; };
  return std::ranges::any_of(summary.star_imports, is_here) ||
         std::ranges::any_of(summary.imports, [&](const auto& entry) { return resolve(entry.second).has_value(); });
}

const ProjectModule* ProjectIndex::find(std::string_view module) const {
  const auto found = by_name_.find(module);
  return found == by_name_.end() ? nullptr : found->second;
}

std::optional<Definition> ProjectIndex::resolve(const std::string& module, const std::string& member) const {
  return resolve(module, member, longest_chain);
}

std::optional<Definition> ProjectIndex::resolve(const ImportedName& imported) const {
  for (const std::string& module : imported.modules) {
    if (const auto found = resolve(module, imported.member)) return found;
  }
  return {};
}

std::optional<Definition> ProjectIndex::resolve(const std::string& module, const std::string& member,
                                                int hops_left) const {
  const ProjectModule* const here = find(module);
  if (hops_left == 0) return {};
  if (member.empty()) return here == nullptr ? std::optional<Definition>() : Definition{here, {}};
  if (here == nullptr) return {};
  const ModuleSummary& summary = *here->summary;
  if (summary.definitions.contains(member)) return Definition{here, member};
  if (const auto imported = summary.imports.find(member); imported != summary.imports.end()) {
    for (const std::string& from : imported->second.modules) {
      if (const auto found = resolve(from, imported->second.member, hops_left - 1)) return found;
    }
  }
  for (const std::string& from : summary.star_imports) {
    if (const auto found = resolve(from, member, hops_left - 1)) return found;
  }
  return resolve(module + "." + member, {}, hops_left - 1);
}

std::optional<Definition> ProjectIndex::resolve_in(const ProjectModule& module, const std::string& dotted) const {
  std::size_t dot = dotted.find('.');
  std::optional<Definition> at = resolve(module.summary->name, dotted.substr(0, dot));
  while (at && dot != std::string::npos) {
    if (!at->name.empty()) return {};  // an attribute of an object
    const std::size_t next = dotted.find('.', dot + 1);
    at = resolve(at->module->summary->name, dotted.substr(dot + 1, next - dot - 1));
    dot = next;
  }
  return at;
}

const std::vector<ProjectIndex::Subclass>& ProjectIndex::subclasses_of(const std::string& module,
                                                                       const std::string& name) const {
  static const std::vector<Subclass> none;
  const auto found = subclasses_.find(key_of(module, name));
  return found == subclasses_.end() ? none : found->second;
}

const std::vector<ProjectIndex::Holder>& ProjectIndex::holders_of(const std::string& module,
                                                                  const std::string& name) const {
  static const std::vector<Holder> none;
  const auto found = holders_.find(key_of(module, name));
  return found == holders_.end() ? none : found->second;
}

}  // namespace analysis
