#include "analysis/project/project_index.h"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/semantics/library_knowledge.h"

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

std::string submodule(std::string_view module, std::string_view name) {
  std::string dotted(module);
  dotted.push_back('.');
  dotted.append(name);
  return dotted;
}

std::vector<std::shared_ptr<const ProjectModule>> shared(std::vector<ProjectModule> modules) {
  std::vector<std::shared_ptr<const ProjectModule>> result;
  for (ProjectModule& module : modules) result.push_back(std::make_shared<const ProjectModule>(std::move(module)));
  return result;
}

/// Whether a path, of whatever system, ends as the file of that module does.
bool is_file_of(std::string_view path, std::string_view module) {
  std::string end(module);
  std::ranges::replace(end, '.', '/');
  const auto is_end = [&](const std::string& file) {
    if (!path.ends_with(file)) return false;
    return path.size() == file.size() || path[path.size() - file.size() - 1] == '/';
  };
  return is_end(end + ".py") || is_end(end + "/__init__.py");
}

bool have_equal_names(const ClassOutline& left, const ClassOutline& right) {
  return left.name == right.name && left.bases == right.bases;
}

bool name_the_same(const ForeignChange& left, const ForeignChange& right) {
  return left.module == right.module && left.name == right.name;
}

using Names = std::set<std::string, std::less<>>;

/// The names that only one of two modules defines.
void add_differences(const ModuleSummary& left, const ModuleSummary& right, Names& names) {
  for (const auto& [name, where] : left.definitions) {
    if (!right.definitions.contains(name)) names.insert(name);
  }
  for (const auto& [name, where] : right.definitions) {
    if (!left.definitions.contains(name)) names.insert(name);
  }
}

bool has_part_in(std::string_view dotted, const Names& names) {
  while (true) {
    const std::size_t dot = dotted.find('.');
    if (names.contains(dotted.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    dotted.remove_prefix(dot + 1);
  }
}

/// Whether what a module says of classes, objects and globals may depend on who defines these names.
bool asks_for(const ModuleSummary& summary, const Names& names) {
  const auto is_one = [&](const std::string& dotted) { return has_part_in(dotted, names); };
  return std::ranges::any_of(
             summary.imports,
             [&](const auto& entry) { return names.contains(entry.first) || names.contains(entry.second.member); }) ||
         std::ranges::any_of(summary.held_objects, is_one, &HeldObject::maker) ||
         std::ranges::any_of(summary.changes, [&](const auto& change) { return names.contains(change.name); }) ||
         std::ranges::any_of(summary.classes,
                             [&](const ClassOutline& outline) { return std::ranges::any_of(outline.bases, is_one); });
}

/// Whether one can take the place of the other without a change of how modules are linked, if nobody asks for what only
/// one of them defines.
bool are_linked_alike(const ProjectModule& left_module, const ProjectModule& right_module) {
  const ModuleSummary& left = *left_module.summary;
  const ModuleSummary& right = *right_module.summary;
  return left.name == right.name && left_module.path == right_module.path && left.uses == right.uses &&
         left.imports == right.imports && left.star_imports == right.star_imports &&
         std::ranges::equal(left.changes, right.changes, name_the_same) &&
         std::ranges::equal(left.classes, right.classes, have_equal_names) &&
         std::ranges::equal(left.held_objects, right.held_objects, {}, &HeldObject::maker, &HeldObject::maker);
}

}  // namespace

ProjectIndex::ProjectIndex(std::vector<ProjectModule> modules) : modules_(shared(std::move(modules))) { link(); }

ProjectIndex::ProjectIndex(std::vector<std::shared_ptr<const ProjectModule>> modules, const ProjectIndex& previous)
    : modules_(std::move(modules)) {
  Names differences;
  const auto is_alike = [&](const auto& left, const auto& right) {
    if (left == right) return true;
    add_differences(*left->summary, *right->summary, differences);
    return are_linked_alike(*left, *right);
  };
  const auto is_asked = [&](const auto& module) { return asks_for(*module->summary, differences); };
  const bool is_linked_as_before = std::ranges::equal(modules_, previous.modules_, is_alike) &&
                                   (differences.empty() || std::ranges::none_of(modules_, is_asked));
  if (is_linked_as_before) {
    links_ = previous.links_;
  } else {
    link();
  }
}

void ProjectIndex::link() {
  const auto links = std::make_shared<Links>();
  links->imports = std::vector<MadeOnce<ImportTargets>>(modules_.size());
  links_ = links;  // what follows asks for the names that are there
  for (std::uint32_t i = 0; i < modules_.size(); ++i) {
    links->modules.try_emplace(modules_[i]->summary->name, i);
    add_uses(*modules_[i]->summary, *links);
  }
  links->find_last_parts();
  for (std::uint32_t i = 0; i < modules_.size(); ++i) {
    if (find(modules_[i]->summary->name) != modules_[i].get()) continue;
    add_subclasses(i, *links);
    add_holders(i, *links);
    add_changers(i, *links);
  }
}

void ProjectIndex::add_uses(const ModuleSummary& summary, Links& links) const {
  ForeignUses* uses = nullptr;
  for (std::size_t i = 0; i < summary.uses.size(); ++i) {
    const ForeignUse& use = summary.uses[i];
    if (i == 0 || summary.uses[i - 1].module != use.module) uses = &links.uses[use.module];
    bool& is_mutated = (*uses)[use.name];
    is_mutated = is_mutated || use.is_mutation;
  }
  for (const auto& [alias, imported] : summary.imports) {
    links.relatives.insert(imported.modules.begin(), imported.modules.end());
  }
  links.relatives.insert(summary.star_imports.begin(), summary.star_imports.end());
}

void ProjectIndex::add_holders(std::uint32_t index, Links& links) const {
  const ProjectModule& module = *modules_[index];
  for (std::uint32_t i = 0; i < module.summary->held_objects.size(); ++i) {
    const auto found = resolve_in(module, module.summary->held_objects[i].maker);
    if (!found || found->name.empty()) continue;
    links.holders[key_of(found->module->summary->name, found->name)].push_back({index, i});
    if (found->module != &module) links.relatives.insert(module.summary->name);
  }
}

void ProjectIndex::add_changers(std::uint32_t index, Links& links) const {
  const ModuleSummary& summary = *modules_[index]->summary;
  if (is_test_module(summary.name)) return;
  for (std::uint32_t i = 0; i < summary.changes.size(); ++i) {
    const auto found = resolve(summary.changes[i].module, summary.changes[i].name);
    if (!found || found->name.empty() || found->module->summary->name == summary.name) continue;
    links.changers[key_of(found->module->summary->name, found->name)].push_back({index, i});
  }
}

void ProjectIndex::add_subclasses(std::uint32_t index, Links& links) const {
  const ProjectModule& module = *modules_[index];
  std::map<std::string_view, std::optional<Definition>> bases;  // most classes of a module share some
  for (std::uint32_t i = 0; i < module.summary->classes.size(); ++i) {
    for (const std::string& base : module.summary->classes[i].bases) {
      const auto [known, is_new] = bases.try_emplace(base);
      std::optional<Definition>& found = known->second;
      if (is_new) found = resolve_in(module, base);
      if (!found || found->module == &module) continue;
      links.subclasses[key_of(found->module->summary->name, found->name)].push_back({index, i});
      links.relatives.insert(module.summary->name);
    }
  }
}

const ForeignUses& ProjectIndex::uses_of(std::string_view module) const {
  static const ForeignUses none;
  const auto found = links_->uses.find(module);
  return found == links_->uses.end() ? none : found->second;
}

bool ProjectIndex::is_imported(std::string_view module, std::string_view name) const {
  const ForeignUses& uses = uses_of(module);
  return uses.contains(name) || uses.contains("*");
}

bool ProjectIndex::is_mutated(std::string_view module, std::string_view name) const {
  const ForeignUses& uses = uses_of(module);
  const auto found = uses.find(name);
  return found != uses.end() && found->second;
}

bool ProjectIndex::is_linked(const ProjectModule& module) const {
  if (has_relatives(module.summary->name)) return true;
  const auto is_here = [&](const std::string& other) { return find(other) != nullptr; };
  return std::ranges::any_of(module.summary->star_imports, is_here) || !imports_of(module)->empty();
}

const ProjectModule* ProjectIndex::find(std::string_view module) const {
  for (std::string_view name = module;;) {
    const auto found = links_->modules.find(name);
    if (found != links_->modules.end()) {
      const ProjectModule* const candidate = modules_[found->second].get();
      if (name.size() == module.size() || is_file_of(candidate->path, module)) return candidate;
    }
    // A folder without `__init__.py` is no part of the names of its modules, but may be imported as a package.
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return nullptr;
    name.remove_prefix(dot + 1);
  }
}

std::optional<Definition> ProjectIndex::resolve(std::string_view module, std::string_view member) const {
  return resolve(module, member, longest_chain);
}

ImportTargets ProjectIndex::find_imports(const ModuleSummary& summary) const {
  ImportTargets targets;
  for (const auto& [alias, imported] : summary.imports) {
    for (const std::string& from : imported.modules) {
      const auto found = resolve(from, imported.member);
      if (!found) continue;
      targets.emplace(alias, ImportTarget{links_->modules.find(found->module->summary->name)->second, found->name});
      break;
    }
  }
  return targets;
}

std::shared_ptr<const ImportTargets> ProjectIndex::imports_of(const ProjectModule& module) const {
  const auto known = links_->modules.find(module.summary->name);
  if (known == links_->modules.end() || modules_[known->second]->summary->imports != module.summary->imports)
    return std::make_shared<const ImportTargets>(find_imports(*module.summary));
  const ImportTargets& targets =
      links_->imports[known->second].get([&] { return find_imports(*modules_[known->second]->summary); });
  return {links_, &targets};
}

std::optional<Definition> ProjectIndex::resolve(std::string_view module, std::string_view member, int hops_left) const {
  const ProjectModule* const here = find(module);
  if (hops_left == 0) return {};
  if (member.empty()) return here == nullptr ? std::optional<Definition>() : Definition{here, {}};
  if (here == nullptr) return resolve(submodule(module, member), {}, hops_left - 1);  // a folder without `__init__.py`
  return resolve_member(*here, member, hops_left);
}

std::optional<Definition> ProjectIndex::resolve_member(const ProjectModule& here, std::string_view member,
                                                       int hops_left) const {
  const ModuleSummary& summary = *here.summary;
  if (summary.definitions.contains(member)) return Definition{&here, std::string(member)};
  if (const auto imported = summary.imports.find(member); imported != summary.imports.end()) {
    for (const std::string& from : imported->second.modules) {
      if (const auto found = resolve(from, imported->second.member, hops_left - 1)) return found;
    }
  }
  for (const std::string& from : summary.star_imports) {
    if (const auto found = resolve(from, member, hops_left - 1)) return found;
  }
  if (!links_->last_parts.contains(member)) return {};  // as most names: no module's
  return resolve(submodule(summary.name, member), {}, hops_left - 1);
}

std::optional<Definition> ProjectIndex::resolve_in(const ProjectModule& module, std::string_view dotted) const {
  std::size_t dot = dotted.find('.');
  std::optional<Definition> at = resolve(module.summary->name, dotted.substr(0, dot));
  while (at && dot != std::string_view::npos) {
    if (!at->name.empty()) return {};  // an attribute of an object
    const std::size_t next = dotted.find('.', dot + 1);
    at = resolve_member(*at->module, dotted.substr(dot + 1, next - dot - 1), longest_chain);
    dot = next;
  }
  return at;
}

std::vector<ProjectIndex::Subclass> ProjectIndex::subclasses_of(const std::string& module,
                                                                const std::string& name) const {
  std::vector<Subclass> result;
  const auto found = links_->subclasses.find(key_of(module, name));
  if (found == links_->subclasses.end()) return result;
  for (const Links::Member& member : found->second) {
    const ProjectModule* const holder = modules_[member.module].get();
    result.push_back({holder, &holder->summary->classes[member.index]});
  }
  return result;
}

std::vector<ProjectIndex::Place> ProjectIndex::holders_of(const std::string& module, const std::string& name) const {
  std::vector<Place> result;
  const auto found = links_->holders.find(key_of(module, name));
  if (found == links_->holders.end()) return result;
  for (const Links::Member& member : found->second) {
    const ProjectModule* const holder = modules_[member.module].get();
    result.push_back({holder, holder->summary->held_objects[member.index].statement});
  }
  return result;
}

std::vector<ProjectIndex::Place> ProjectIndex::changers_of(const std::string& module, const std::string& name) const {
  std::vector<Place> result;
  const auto found = links_->changers.find(key_of(module, name));
  if (found == links_->changers.end()) return result;
  for (const Links::Member& member : found->second) {
    const ProjectModule* const changer = modules_[member.module].get();
    result.push_back({changer, changer->summary->changes[member.index].statement});
  }
  return result;
}

}  // namespace analysis
