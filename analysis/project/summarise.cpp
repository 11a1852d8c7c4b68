#include "analysis/project/summarise.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "analysis/project/digest.h"
#include "analysis/project/outline.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/place_names.h"

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
    if (base.empty()) continue;
    result.push_back(module.empty() ? base : base + "." + module);
  }
  return result;
}

void collect_imports(const std::string& importer, const StatementFacts& facts, ImportedNames& names,
                     std::vector<ForeignUse>& uses, std::vector<std::string>& stars) {
  for (const ir::Import& import : facts.imports) {
    const std::string module = text_of(facts, import.module);
    const std::string member = text_of(facts, import.member);
    const std::vector<std::string> modules = imported_modules(importer, module, import.level);
    for (const std::string& each : modules) {
      if (!member.empty()) uses.push_back({each, member, false});
      if (member == "*") stars.push_back(each);
    }
    const std::string alias = text_of(facts, import.alias);
    if (alias.empty()) continue;
    // `import a.b` binds `a`: the way to `a.b` is in the place that uses it.
    const bool binds_top = member.empty() && alias == module.substr(0, module.find('.')) && alias != module;
    names[alias] = {binds_top ? std::vector<std::string>{alias} : modules, member};
  }
}

/// Records a change of what `place` leads to, or of the binding it names when `is_binding`.
void add_mutation(const StatementFacts& facts, const ir::Place& place, std::uint32_t segments,
                  const ImportedNames& names, std::vector<ForeignUse>& uses) {
  if (!place.root) return;
  const auto imported = names.find(facts.names[place.root.index]);
  if (imported == names.end()) return;
  for (const std::string& module : imported->second.modules) {
    if (!imported->second.member.empty()) {
      uses.push_back({module, imported->second.member, true});
      // The member may be a module itself.
      if (segments == 0) continue;
    }
    std::string path = imported->second.member.empty() ? module : module + "." + imported->second.member;
    for (std::uint32_t i = 0; i < segments; ++i) {
      const ir::Segment& segment = facts.segments[place.first_segment + i];
      if (segment.kind != ir::Segment::Kind::attribute) break;
      const std::string name = text_of(facts, segment.name);
      uses.push_back({path, name, true});
      path += "." + name;
    }
  }
}

void collect_mutations(const StatementFacts& facts, const ImportedNames& names, std::vector<ForeignUse>& uses) {
  for (const ir::Function& function : facts.functions) {
    for (const ir::Op& op : function.ops) {
      if (op.kind == ir::OpKind::bind || op.kind == ir::OpKind::augment || op.kind == ir::OpKind::remove) {
        if (!op.place) continue;
        const ir::Place& place = facts.places[op.place.index];
        if (0 < place.segment_count) add_mutation(facts, place, place.segment_count, names, uses);
      }
      if (op.kind != ir::OpKind::call) continue;
      const ir::Place& callee = facts.places[facts.calls[op.call.index].callee.index];
      if (callee.segment_count == 0) continue;
      if (mutation_by(last_name(facts, callee)) == Mutation::none) continue;
      add_mutation(facts, callee, callee.segment_count - 1, names, uses);
    }
  }
}

void add_all(Digest& digest, const ClassOutline& outline) {
  digest.add(outline.name);
  digest.add(outline.bases);
  digest.add(outline.tested);
  digest.add(outline.written);
}

/// Names in the order of the statements that bind them, with what other modules may take of these.
void add_definitions(Digest& digest, const ModuleSummary& summary, const std::vector<ir::PlacedStatement>& statements) {
  std::map<std::uint32_t, std::vector<std::string_view>> names;
  for (const auto& [name, where] : summary.definitions) {
    for (const std::uint32_t index : where) names[index].push_back(name);
  }
  for (const auto& [index, bound] : names) {
    const StatementFacts& facts = *statements[index].facts;
    for (const std::string_view name : bound) {
      digest.add(name);
      digest.add(is_self_contained_function(facts, name) ? 0 : facts.key);
    }
  }
}

std::uint64_t digest_of(const ModuleSummary& summary, const std::vector<ir::PlacedStatement>& statements) {
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
  return digest.value();
}

}  // namespace

std::shared_ptr<const ModuleSummary> summarise(std::string module_name,
                                               const std::vector<ir::PlacedStatement>& statements) {
  auto summary = std::make_shared<ModuleSummary>();
  ImportedNames& names = summary->imports;
  for (const ir::PlacedStatement& statement : statements)
    collect_imports(module_name, *statement.facts, names, summary->uses, summary->star_imports);
  if (!names.empty()) {
    for (const ir::PlacedStatement& statement : statements) collect_mutations(*statement.facts, names, summary->uses);
  }
  std::ranges::sort(summary->uses);
  summary->uses.erase(std::unique(summary->uses.begin(), summary->uses.end()), summary->uses.end());
  outline(statements, *summary);
  summary->name = std::move(module_name);
  summary->digest = digest_of(*summary, statements);
  return summary;
}

}  // namespace analysis
