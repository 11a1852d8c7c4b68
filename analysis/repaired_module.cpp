#include "analysis/repaired_module.h"

#include <algorithm>

#include "analysis/rules/cell_refactorings.h"
#include "analysis/rules/repair.h"

namespace analysis {
namespace {

std::uint32_t count_errors(const SyntaxTree& tree) {
  std::uint32_t count = 0;
  std::vector<Node> open{tree.root()};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (!node.has_error()) continue;
    if (node.kind() == Kind::error || node.is_missing()) ++count;
    for (std::uint32_t i = 0; i < node.child_count(); ++i) open.push_back(node.child(i));
  }
  return count;
}

std::map<std::pair<const Rule*, std::string>, int> tally(const std::vector<Finding>& findings) {
  std::map<std::pair<const Rule*, std::string>, int> counts;
  for (const Finding& finding : findings) ++counts[{finding.rule, finding.symbol}];
  return counts;
}

int count_of(const std::map<std::pair<const Rule*, std::string>, int>& counts,
             const std::pair<const Rule*, std::string>& key) {
  const auto known = counts.find(key);
  return known == counts.end() ? 0 : known->second;
}

bool is_allowed(const Fix& fix, Applicability most) {
  return fix.applicability == Applicability::safe || most == Applicability::review;
}

void refuse(Fix& fix, std::string reason) {
  fix.disabled_reason = std::move(reason);
  fix.edits.clear();
  fix.is_preferred = false;
}

/// Whether one of these edits touches one of those.
bool meet(const std::vector<TextEdit>& these, const std::vector<TextEdit>& those) {
  return std::ranges::any_of(these, [&](const TextEdit& one) {
    return std::ranges::any_of(those, [&](const TextEdit& other) {
      return one.range.begin <= other.range.end && other.range.begin <= one.range.end;
    });
  });
}

}  // namespace

RepairedModule::RepairedModule(const ModuleFacts& module, std::optional<std::vector<Finding>> problems,
                               const ProjectIndex& project, const RuleSettings& settings, std::stop_token stop)
    : module_(module),
      stop_(std::move(stop)),
      tree_(tree_of(module)),
      linked_(module, project, settings.added, stop_),
      context_(linked_.context(module_, project, settings)),
      // What is known already may change its fingerprint with its line, and is no new problem then.
      problems_(settings.baseline.empty() ? std::move(problems) : std::nullopt) {
  module_.tree = tree_->root().has_error() ? nullptr : tree_;  // only such a one helps to parse the edited text
}

std::vector<Fix> RepairedModule::fixes_of(const Finding& finding) {
  if (!may_go_on()) return {};
  std::vector<Fix> fixes = repair(context_, *tree_, module_.statements, finding);
  for (Fix& fix : fixes) {
    if (!fix.disabled_reason.empty() || !may_go_on()) continue;
    if (std::string objection = try_fix(finding, fix).objection; !objection.empty()) refuse(fix, std::move(objection));
  }
  return fixes;
}

std::vector<Fix> RepairedModule::candidates(const Finding& finding) const {
  std::vector<Fix> fixes = repair(context_, *tree_, module_.statements, finding);
  std::erase_if(fixes, [](const Fix& fix) { return !fix.disabled_reason.empty(); });
  std::ranges::stable_partition(fixes, &Fix::is_preferred);
  return fixes;
}

std::optional<RepairedModule::Edited> RepairedModule::repaired(const Finding& finding, Applicability most) {
  if (!may_go_on()) return {};
  const std::vector<Fix> fixes = candidates(finding);
  for (std::size_t i = 0; i < fixes.size() && may_go_on(); ++i) {
    // Each costs an analysis: none is tried that could not be made anyway.
    if (std::none_of(fixes.begin() + static_cast<std::ptrdiff_t>(i), fixes.end(),
                     [&](const Fix& fix) { return is_allowed(fix, most); }))
      return {};
    Trial trial = try_fix(finding, fixes[i]);
    if (!trial.objection.empty() || !may_go_on()) continue;
    if (!is_allowed(fixes[i], most)) return {};
    leave_out_known(context_.settings, trial.edited.findings);
    return std::move(trial.edited);
  }
  return {};
}

std::optional<RepairedModule::Edited> RepairedModule::repaired_together(Applicability most) {
  std::vector<const Finding*> chosen;
  Fix all;
  for (const Finding& finding : problems()) {
    if (!may_go_on()) return {};
    const bool is_known = std::ranges::any_of(
        chosen, [&](const Finding* other) { return !finding.symbol.empty() && other->symbol == finding.symbol; });
    const std::vector<Fix> fixes = is_known ? std::vector<Fix>{} : candidates(finding);
    if (fixes.empty() || !is_allowed(fixes.front(), most) || meet(all.edits, fixes.front().edits)) continue;
    chosen.push_back(&finding);
    all.edits.insert(all.edits.end(), fixes.front().edits.begin(), fixes.front().edits.end());
  }
  if (chosen.size() < 2) return {};
  Trial trial = try_fix(chosen, all);
  if (!trial.objection.empty() || !may_go_on()) return {};
  trial.edited.count = chosen.size();
  return std::move(trial.edited);
}

std::vector<Refactoring> RepairedModule::refactorings_at(TextRange range) {
  if (!may_go_on()) return {};
  std::vector<Refactoring> refactorings = refactor_cells(context_, *tree_, problems(), range);
  for (Refactoring& refactoring : refactorings) {
    if (!refactoring.fix.disabled_reason.empty() || !may_go_on()) continue;
    if (std::string objection = try_refactoring(refactoring).objection; !objection.empty())
      refuse(refactoring.fix, std::move(objection));
  }
  return refactorings;
}

const std::vector<Finding>& RepairedModule::problems() {
  if (!problems_) problems_ = problems_in(module_, context_, stop_);
  return *problems_;
}

const RepairedModule::Tally& RepairedModule::before() {
  if (!before_) before_ = tally(problems());
  return *before_;
}

RepairedModule::Trial RepairedModule::edit(const Fix& fix) const {
  auto text = apply_edits(module_.text->bytes(), fix.edits);
  if (!text) return {{}, "the edits overlap"};
  Trial trial;
  trial.edited.module = examine_module(module_.name, make_source_text(*std::move(text)), &module_, stop_);
  if (count_errors(*tree_) < count_errors(*tree_of(trial.edited.module)))
    return {{}, "the rewritten code does not parse"};
  trial.edited.findings = find_all_problems(trial.edited.module, context_.project, context_.settings, stop_);
  return trial;
}

RepairedModule::Trial RepairedModule::try_fix(const Finding& finding, const Fix& fix) {
  return try_fix(std::vector{&finding}, fix);
}

RepairedModule::Trial RepairedModule::try_fix(const std::vector<const Finding*>& findings, const Fix& fix) {
  Trial trial = edit(fix);
  if (!trial.objection.empty()) return trial;
  for (const auto& [key, count] : tally(trial.edited.findings)) {
    const auto is_this = [&](const Finding* finding) { return key == std::pair(finding->rule, finding->symbol); };
    const auto is_of_cell = [&](const Finding* finding) { return key.second == finding->symbol; };
    const auto repaired = static_cast<int>(std::ranges::count_if(findings, is_this));
    const int allowed = count_of(before(), key) - repaired;
    // That the work may be done twice was so before: the graver finding stood for it.
    const bool is_implied =
        key.first->info.name == "duplicate-initialization" && std::ranges::any_of(findings, is_of_cell);
    if (count <= allowed || (repaired == 0 && is_implied)) continue;
    return {{},
            repaired != 0 ? "the rewritten code has the same problem"
                          : "the rewritten code has another problem: " + std::string(key.first->info.name)};
  }
  return trial;
}

RepairedModule::Trial RepairedModule::try_refactoring(const Refactoring& refactoring) {
  Trial trial = edit(refactoring.fix);
  if (!trial.objection.empty()) return trial;
  const Tally after = tally(trial.edited.findings);
  for (const auto& [key, count] : after) {
    if (count_of(before(), key) < count)
      return {{}, "the rewritten code has another problem: " + std::string(key.first->info.name)};
  }
  for (const auto& [key, count] : before()) {
    if (key.second == refactoring.symbol && count <= count_of(after, key))
      return {{}, "the rewritten code has the same problem"};
  }
  return trial;
}

}  // namespace analysis
