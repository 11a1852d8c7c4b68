#include "analysis/analyze.h"

#include <set>
#include <utility>

#include "analysis/linked_module.h"
#include "analysis/project/linker.h"
#include "analysis/project/summarise.h"
#include "analysis/repaired_module.h"
#include "analysis/rules/add_suppression.h"
#include "analysis/semantics/lowering.h"

namespace analysis {
namespace {

/// Guards against repairs that undo each other.
constexpr std::size_t most_repairs = 1000;
/// Bytes that are parsed in pieces rather than as the difference to an earlier tree of the whole text.
constexpr std::size_t most_parsed_in_pieces = std::size_t{32} << 10;
/// Each costs an analysis, and nobody looks for one among so many.
constexpr std::size_t most_repaired_at_a_place = 20;

/// The first of several edits that silence a finding that does so and leaves the code what it is.
std::optional<Fix> working_suppression(const ModuleFacts& module, const Finding& finding,
                                       std::vector<Suppressing> candidates) {
  for (Suppressing& candidate : candidates) {
    const auto text = apply_edits(module.text->bytes(), candidate.fix.edits);
    if (!text) continue;
    const ModuleFacts after = examine_module(module.name, make_source_text(*text), &module);
    if (silences(candidate, finding, module.statements, *after.text, after.statements)) return std::move(candidate.fix);
  }
  return {};
}

/// On its line, in its file.
std::vector<Fix> suppressions_of(const ModuleFacts& module, const Finding& finding) {
  std::vector<Fix> result;
  for (auto candidates : {suppress_on_line(*module.text, module.statements, finding),
                          suppress_in_file(*module.text, module.statements, finding)}) {
    if (auto fix = working_suppression(module, finding, std::move(candidates))) result.push_back(*std::move(fix));
  }
  return result;
}

}  // namespace

ModuleFacts examine_module(std::string name, std::shared_ptr<const SourceText> text, const ModuleFacts* previous,
                           const std::stop_token& stop) {
  ModuleFacts module;
  module.name = std::move(name);
  module.text = text;
  LoweredText known;
  if (previous != nullptr) {
    const Pieces* const pieces = previous->pieces ? &*previous->pieces : nullptr;
    known = {previous->text->bytes(), previous->statements, previous->classes, pieces};
  }
  // A text that is typed is looked at piece by piece: only a statement or two are parsed, and what is half typed does
  // not reach the others. One that is new, or has a piece that is large, is parsed quicker as a whole.
  Lowered lowered{.statements = {}, .is_certain = false, .classes = {}};
  if (previous != nullptr) lowered = lower_pieces(text->bytes(), known, most_parsed_in_pieces, stop);
  if (previous != nullptr) module.pieces = std::move(lowered.pieces);
  if (!lowered.is_certain) {
    module.tree = parse_without_errors(text, previous == nullptr ? nullptr : previous->tree.get(), stop);
    lowered = module.tree != nullptr ? lower(text->bytes(), *module.tree, known, stop)
                                     : lower_pieces(text->bytes(), known, std::string_view::npos, stop);
  }
  module.statements = std::move(lowered.statements);
  module.classes = std::move(lowered.classes);
  if (module.tree == nullptr && previous != nullptr) module.tree = previous->tree;
  const bool is_known = previous != nullptr && previous->name == module.name;
  module.summary = is_known ? summarise_again(previous->summary, previous->statements, module.statements)
                            : summarise(module.name, module.statements);
  return module;
}

ModuleFacts recall_module(std::string name, std::shared_ptr<const SourceText> text,
                          std::vector<ir::PlacedStatement> statements) {
  ModuleFacts module;
  module.name = std::move(name);
  module.text = std::move(text);
  module.statements = std::move(statements);
  module.summary = summarise(module.name, module.statements);
  return module;
}

ProjectModule as_project_module(const ModuleFacts& module, std::string path) {
  return {.path = std::move(path),
          .summary = LazySummary(module.summary),
          .code = std::make_shared<const LazyCode>(ModuleCode{module.text, module.statements})};
}

ProjectModule as_packed_module(const ModuleFacts& module, std::string path) {
  return {.path = std::move(path),
          .summary = LazySummary(module.summary),
          .code = std::make_shared<const LazyCode>(ModuleCode{module.text, PackedStatements(module.statements)})};
}

ModuleFacts as_module_facts(const ProjectModule& module) {
  return {.name = module.summary->name,
          .text = module.text(),
          .tree = nullptr,
          .statements = module.statements(),
          .classes = {},
          .pieces = {},
          .summary = module.summary.get()};
}

std::shared_ptr<const SyntaxTree> tree_of(const ModuleFacts& module) {
  const bool is_current = module.tree != nullptr && &module.tree->text() == module.text.get();
  if (is_current) return module.tree;
  const auto healthy = module.tree != nullptr ? parse_without_errors(module.text, module.tree.get()) : nullptr;
  return healthy != nullptr ? healthy : parse(module.text);
}

void forget_tree(ModuleFacts& module) { module.tree = nullptr; }

Surroundings surroundings_of(const ModuleFacts& module, const ProjectIndex& project) {
  const ProjectModule seen = as_project_module(module, {});
  return surroundings_of(link(seen, project), seen, project);
}

std::vector<Finding> find_problems(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings,
                                   const std::stop_token& stop) {
  std::vector<Finding> findings = find_all_problems(module, project, settings, stop);
  leave_out_known(settings, findings);
  return findings;
}

std::vector<Finding> find_problems_again(const ModuleFacts& module, const ProjectIndex& project,
                                         const RuleSettings& settings, std::shared_ptr<LinkedModule>& linked,
                                         const std::stop_token& stop) {
  if (linked == nullptr) {
    linked = std::make_shared<LinkedModule>(module, project, settings.added, stop);
  } else {
    linked->revise(module, project, settings.added, stop);
  }
  if (stop.stop_requested()) {
    linked = nullptr;  // it may be half done
    return {};
  }
  std::vector<Finding> findings = problems_in(module, linked->context(module, project, settings), stop);
  leave_out_known(settings, findings);
  return findings;
}

Judgement judge_module(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings,
                       const std::stop_token& stop) {
  Judgement judgement;
  const LinkedModule linked(module, project, settings.added, stop);
  if (stop.stop_requested()) return judgement;
  judgement.surroundings = surroundings_of(linked.program, as_project_module(module, {}), project);
  judgement.findings = problems_in(module, linked.context(module, project, settings), stop);
  leave_out_known(settings, judgement.findings);
  return judgement;
}

std::vector<Fix> find_fixes(const ModuleFacts& module, const Finding& finding, const ProjectIndex& project,
                            const RuleSettings& settings) {
  return RepairedModule(module, {}, project, settings).fixes_of(finding);
}

void add_fixes(const ModuleFacts& module, std::vector<Finding>& findings, const ProjectIndex& project,
               const RuleSettings& settings) {
  if (findings.empty()) return;
  RepairedModule repaired(module, findings, project, settings);
  for (Finding& finding : findings) finding.fixes = repaired.fixes_of(finding);
}

RepairOffer offer_repairs(const ModuleFacts& module, const std::vector<Finding>& findings, const RepairRequest& request,
                          const ProjectIndex& project, const RuleSettings& settings, const std::stop_token& stop) {
  RepairOffer offer;
  for (const Finding& finding : findings) {
    // A cursor at either end of a finding is at the finding.
    const bool is_touched = finding.range.begin <= request.range.end && request.range.begin <= finding.range.end;
    const bool is_named = std::ranges::find(request.named, finding.range) != request.named.end();
    if (is_touched || is_named) offer.findings.push_back(finding);
  }
  offer.suppressions.resize(offer.findings.size());
  for (std::size_t i = 0; i < offer.findings.size() && request.wants_suppressions; ++i) {
    if (!stop.stop_requested()) offer.suppressions[i] = suppressions_of(module, offer.findings[i]);
  }
  const bool wants_fixes = request.wants_fixes && !offer.findings.empty();
  if (stop.stop_requested() || (!wants_fixes && !request.wants_refactorings)) return offer;
  RepairedModule repaired(module, findings, project, settings, stop);
  for (std::size_t i = 0; i < offer.findings.size() && wants_fixes && i < most_repaired_at_a_place; ++i) {
    offer.findings[i].fixes = repaired.fixes_of(offer.findings[i]);
  }
  if (request.wants_refactorings) offer.refactorings = repaired.refactorings_at(request.range);
  return offer;
}

RepairedText repair_module(ModuleFacts module, std::vector<Finding> findings, const ProjectIndex& project,
                           const RuleSettings& settings, Applicability most, const std::stop_token& stop) {
  RepairedText text{.module = std::move(module), .findings = std::move(findings), .count = 0};
  std::set<std::pair<std::uint64_t, std::uint32_t>> tried;  // fingerprint and place
  bool is_first = true;
  const auto next = [&]() -> std::optional<RepairedModule::Edited> {
    std::optional<RepairedModule> repaired;  // made for the first finding that was not tried yet
    const auto current = [&]() -> RepairedModule& {
      if (!repaired) repaired.emplace(text.module, text.findings, project, settings, stop);
      return *repaired;
    };
    if (std::exchange(is_first, false) && 1 < text.findings.size()) {
      if (auto edited = current().repaired_together(most)) return edited;
    }
    for (const Finding& finding : text.findings) {
      if (!tried.emplace(finding.fingerprint, finding.range.begin).second) continue;
      if (auto edited = current().repaired(finding, most)) return edited;
    }
    return {};
  };
  while (text.count < most_repairs && !stop.stop_requested()) {
    std::optional<RepairedModule::Edited> edited = next();
    if (!edited) break;
    text.module = std::move(edited->module);
    text.findings = std::move(edited->findings);
    text.count += edited->count;
  }
  return text;
}

ProofPlan plan_proof(const ModuleFacts& module, const Finding& finding, const ProjectIndex& project) {
  const LinkedModule linked(module, project, {}, {});
  return plan_proof(linked.context(module, project, {}), finding);
}

Inventory review_module(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings,
                        const std::stop_token& stop) {
  const LinkedModule linked(module, project, settings.added, stop);
  if (stop.stop_requested()) return {};
  const RuleContext context = linked.context(module, project, settings);
  return take_inventory(context, problems_in(module, context, stop), stop);
}

}  // namespace analysis
