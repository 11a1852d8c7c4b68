#include "analysis/project/summarise.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "analysis/project/outline.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"
#include "analysis/text/digest.h"

namespace analysis {
namespace {

using ir::StatementFacts;

using ImportedNames = std::map<std::string, ImportedName, std::less<>>;

std::string text_of(const StatementFacts& facts, ir::NameId name) {
  return name ? facts.names[name.index] : std::string();
}

/// The modules that `from ..m import x` may mean in `importer`: whether that is a package can not be told from its
/// name.
std::vector<std::string> imported_modules(const std::string& importer, const std::string& module, std::uint32_t level) {
  if (level == 0) return {module};
  std::vector<std::string> result;
  for (std::uint32_t up = level - 1; up <= level; ++up) {
    std::string base = importer;
    for (std::uint32_t i = 0; i < up && !base.empty(); ++i) {
      const std::size_t dot = base.rfind('.');
      base.resize(dot == std::string::npos ? 0 : dot);
    }
    // In a folder without `__init__.py` modules have no package in their names.
    if (base.empty() && module.empty()) continue;
    result.push_back(base.empty() ? module : module.empty() ? base : base + "." + module);
  }
  return result;
}

void collect_imports(const std::string& importer, const StatementFacts& facts, ModuleSummary& summary) {
  for (const ir::Import& import : facts.imports) {
    const std::string module = text_of(facts, import.module);
    const std::string member = text_of(facts, import.member);
    const std::vector<std::string> modules = imported_modules(importer, module, import.level);
    for (const std::string& each : modules) {
      if (!member.empty()) summary.uses.push_back({each, member, false});
      if (member == "*") summary.star_imports.push_back(each);
    }
    const std::string alias = text_of(facts, import.alias);
    if (alias.empty()) continue;
    // `import a.b` binds `a`: the way to `a.b` is in the place that uses it.
    const bool binds_top = member.empty() && alias == module.substr(0, module.find('.')) && alias != module;
    summary.imports[alias] = {binds_top ? std::vector<std::string>{alias} : modules, member};
  }
}

/// The names of other modules that are changed when what `place` leads to is changed, or the binding that it names.
std::vector<ForeignUse> changed_by(const StatementFacts& facts, const ir::Place& place, std::uint32_t segments,
                                   const ImportedNames& names) {
  std::vector<ForeignUse> changed;
  if (!place.root) return changed;
  const auto imported = names.find(facts.names[place.root.index]);
  if (imported == names.end()) return changed;
  for (const std::string& module : imported->second.modules) {
    if (!imported->second.member.empty()) {
      changed.push_back({module, imported->second.member, true});
      // The member may be a module itself.
      if (segments == 0) continue;
    }
    std::string path = imported->second.member.empty() ? module : module + "." + imported->second.member;
    for (std::uint32_t i = 0; i < segments; ++i) {
      const ir::Segment& segment = facts.segments[place.first_segment + i];
      if (segment.kind != ir::Segment::Kind::attribute) break;
      const std::string name = text_of(facts, segment.name);
      changed.push_back({path, name, true});
      path += "." + name;
    }
  }
  return changed;
}

std::vector<ForeignUse> changed_by(const StatementFacts& facts, const ir::Op& op, const ImportedNames& names) {
  if (op.kind == ir::OpKind::bind || op.kind == ir::OpKind::augment || op.kind == ir::OpKind::remove) {
    if (!op.place) return {};
    const ir::Place& place = facts.places[op.place.index];
    if (0 < place.segment_count) return changed_by(facts, place, place.segment_count, names);
  }
  if (op.kind != ir::OpKind::call) return {};
  const ir::Place& callee = facts.places[facts.calls[op.call.index].callee.index];
  if (callee.segment_count == 0 || mutation_by(last_name(facts, callee)) == Mutation::none) return {};
  return changed_by(facts, callee, callee.segment_count - 1, names);
}

void collect_changes(const StatementFacts& facts, std::uint32_t statement, const ImportedNames& names,
                     ModuleSummary& summary) {
  for (const ir::Function& function : facts.functions) {
    const bool is_late = function.kind == ir::FunctionKind::function || function.kind == ir::FunctionKind::lambda;
    for (const ir::Op& op : function.ops) {
      for (const ForeignUse& use : changed_by(facts, op, names)) {
        if (is_late) summary.changes.push_back({use.module, use.name, statement});
        summary.uses.push_back(use);
      }
    }
  }
}

template <class T>
void sort_without_doubles(std::vector<T>& items) {
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

void add_all(Digest& digest, const ClassOutline& outline) {
  digest.add(outline.name);
  digest.add(outline.bases);
  digest.add(outline.tested);
  digest.add(outline.written);
}

/// Names in the order of the statements that bind them, with what other modules may take of these.
void add_definitions(Digest& digest, ModuleSummary& summary, std::span<const ir::PlacedStatement> statements) {
  summary.closed.clear();
  std::map<std::uint32_t, std::vector<std::string_view>> names;
  for (const auto& [name, where] : summary.definitions) {
    for (const std::uint32_t index : where) names[index].push_back(name);
  }
  for (const auto& [index, bound] : names) {
    const StatementFacts& facts = *statements[index].facts;
    bool are_all_closed = true;
    for (const std::string_view name : bound) {
      const bool is_self_contained = is_self_contained_function(facts, name);
      are_all_closed = are_all_closed && (is_self_contained || defines(facts, name, ir::ValueKind::class_));
      digest.add(name);
      digest.add(is_self_contained ? 0 : facts.key);
    }
    if (are_all_closed) summary.closed.push_back(index);
  }
}

/// Sets `closed` as well.
std::uint64_t digest_of(ModuleSummary& summary, std::span<const ir::PlacedStatement> statements) {
  Digest digest;
  digest.add(summary.name);
  for (const ForeignUse& use : summary.uses) {
    digest.add(use.module);
    digest.add(use.name);
    digest.add(std::uint64_t{use.is_mutation});
  }
  for (const auto& [alias, imported] : summary.imports) {
    digest.add(alias);
    digest.add(imported.modules);
    digest.add(imported.member);
  }
  digest.add(summary.star_imports);
  add_definitions(digest, summary, statements);
  for (const ClassOutline& outline : summary.classes) add_all(digest, outline);
  for (const HeldObject& held : summary.held_objects) digest.add(held.maker);
  for (const ForeignChange& change : summary.changes) digest.add(statements[change.statement].facts->key);
  return digest.value();
}

/// What one statement adds to the summary of its module.
ModuleSummary part_of(const ModuleSummary& whole, const StatementFacts& facts, std::uint32_t statement) {
  ModuleSummary part;
  collect_imports(whole.name, facts, part);
  collect_changes(facts, statement, whole.imports, part);
  outline(facts, statement, part);
  return part;
}

}  // namespace

std::shared_ptr<const ModuleSummary> summarise(std::string module_name,
                                               std::span<const ir::PlacedStatement> statements) {
  auto summary = std::make_shared<ModuleSummary>();
  summary->name = std::move(module_name);
  for (const ir::PlacedStatement& statement : statements) collect_imports(summary->name, *statement.facts, *summary);
  for (std::uint32_t i = 0; i < statements.size(); ++i) {
    if (!summary->imports.empty()) collect_changes(*statements[i].facts, i, summary->imports, *summary);
    outline(*statements[i].facts, i, *summary);
  }
  sort_without_doubles(summary->uses);
  sort_without_doubles(summary->changes);
  summary->digest = digest_of(*summary, statements);
  return summary;
}

std::shared_ptr<const ModuleSummary> summarise_again(std::shared_ptr<const ModuleSummary> summary,
                                                     std::span<const ir::PlacedStatement> before,
                                                     std::span<const ir::PlacedStatement> statements) {
  bool is_same = before.size() == statements.size();
  bool says_same = is_same;
  for (std::uint32_t i = 0; i < statements.size() && says_same; ++i) {
    const StatementFacts& facts = *statements[i].facts;
    if (before[i].facts == statements[i].facts) continue;
    is_same = false;
    says_same = part_of(*summary, *before[i].facts, i) == part_of(*summary, facts, i);
  }
  if (is_same) return summary;
  if (!says_same) return summarise(summary->name, statements);
  auto next = std::make_shared<ModuleSummary>(*summary);
  next->digest = digest_of(*next, statements);
  return next;
}

}  // namespace analysis
