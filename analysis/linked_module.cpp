#include "analysis/linked_module.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/concurrency/revise.h"
#include "analysis/project/linker.h"
#include "analysis/rules/registry.h"
#include "analysis/rules/suppression.h"
#include "analysis/semantics/library_knowledge.h"

namespace analysis {
namespace {

void trim(std::string_view& text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  text = text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// From what stays when lines move: rule, cell, function and the text of the line; equal ones are counted.
void set_fingerprints(const ModuleFacts& module, std::vector<Finding>& findings) {
  std::map<std::string, int> seen;
  for (Finding& finding : findings) {
    const LineIndex& lines = module.text->lines();
    std::string_view line =
        module.text->slice(lines.line_range(module.text->bytes(), lines.line_of(finding.range.begin)));
    trim(line);
    std::string key(finding.rule->info.name);
    key.append("\n").append(finding.symbol.empty() ? module.name : finding.symbol).append("\n").append(line);
    if (!finding.interleaving.empty()) key.append("\n").append(finding.interleaving.front().function);
    key.append("\n").append(std::to_string(seen[key]++));
    finding.fingerprint = XXH3_64bits(key.data(), key.size());
  }
}

/// Whether two findings are of one place: where they are reported, or where one's first step is.
bool are_of_one_place(const Finding& left, const Finding& right) {
  const auto begins_at = [](const Finding& finding, TextRange range) {
    return !finding.interleaving.empty() && finding.interleaving.front().module.empty() &&
           finding.interleaving.front().range.overlaps(range);
  };
  return left.range.overlaps(right.range) || begins_at(left, right.range) || begins_at(right, left.range);
}

/// Whether two findings are about one race: the same cell, in the same function or at the same place.
bool is_same_race(const Finding& left, const Finding& right) {
  if (left.symbol != right.symbol) return false;
  if (are_of_one_place(left, right)) return true;
  // That others see the cell at all is another matter than how they come in between.
  if ((left.effect == Effect::leak_between_requests) != (right.effect == Effect::leak_between_requests)) return false;
  return !left.interleaving.empty() && !right.interleaving.empty() &&
         left.interleaving.front().function == right.interleaving.front().function;
}

/// Whether the first of two findings about one race stands for both: unless the other is graver and of another place.
bool stands_for(const Finding& first, const Finding& other) {
  return is_same_race(first, other) && (first.severity <= other.severity || are_of_one_place(first, other));
}

/// Every rule runs, so that what one says does not depend on which others are selected. Of several findings about one
/// race the rule that comes first in rules.def keeps its own.
std::vector<Finding> run_rules(const RuleContext& context, const std::stop_token& stop) {
  std::vector<Finding> findings;
  for (const Rule* rule : all_rules()) {
    if (stop.stop_requested()) return {};
    const auto known = static_cast<std::ptrdiff_t>(findings.size());
    rule->check(context, findings);
    const auto is_known = [&](const Finding& finding) {
      return std::any_of(findings.begin(), findings.begin() + known,
                         [&](const Finding& other) { return stands_for(other, finding); });
    };
    findings.erase(std::remove_if(findings.begin() + known, findings.end(), is_known), findings.end());
  }
  return findings;
}

void apply_settings(const RuleSettings& settings, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](const Finding& finding) { return !is_enabled(settings, *finding.rule); });
  for (Finding& finding : findings) {
    const auto chosen = settings.severities.find(finding.rule->info.name);
    if (chosen != settings.severities.end()) finding.severity = chosen->second;
  }
}

Program linked(const ModuleFacts& module, const ProjectIndex& project, const AddedKnowledge& added) {
  Program program = link(as_project_module(module, {}), project);
  program.added = added;
  return program;
}

}  // namespace

LinkedModule::LinkedModule(const ModuleFacts& module, const ProjectIndex& project, const AddedKnowledge& added,
                           const std::stop_token& stop)
    : program(linked(module, project, added)), model(build_model(program, stop)) {
  if (!stop.stop_requested()) look_at_model();
}

void LinkedModule::revise(const ModuleFacts& module, const ProjectIndex& project, const AddedKnowledge& added,
                          const std::stop_token& stop) {
  Program next = linked(module, project, added);
  if (!analysis::revise(*model, program, next, stop)) model = build_model(next, stop);
  program = std::move(next);
  if (!stop.stop_requested()) look_at_model();
}

void LinkedModule::look_at_model() {
  initializations = find_initializations(*model);
  accesses = collect_run_accesses(*model);
}

RuleContext LinkedModule::context(const ModuleFacts& module, const ProjectIndex& project,
                                  const RuleSettings& settings) const {
  return {*model, *module.text, module.name, program, project, settings, initializations, accesses};
}

std::vector<Finding> find_all_problems(const ModuleFacts& module, const ProjectIndex& project,
                                       const RuleSettings& settings, const std::stop_token& stop) {
  const LinkedModule linked(module, project, settings.added, stop);
  if (stop.stop_requested()) return {};
  return problems_in(module, linked.context(module, project, settings), stop);
}

void leave_out_known(const RuleSettings& settings, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](const Finding& finding) { return settings.baseline.contains(finding.fingerprint); });
}

std::vector<Finding> problems_in(const ModuleFacts& module, const RuleContext& context, const std::stop_token& stop) {
  std::vector<Finding> findings = run_rules(context, stop);
  // The others are for those who ask about these modules.
  std::erase_if(findings, [&](const Finding& finding) { return !is_in_module(context, finding.range); });
  if (is_test_module(module.name)) {
    for (Finding& finding : findings) finding.severity = Severity::hint;
  }
  apply_settings(context.settings, findings);
  Suppressions suppressions = collect_suppressions(*module.text, module.statements);
  apply_suppressions(suppressions, findings);
  // After the suppressions, which are not in vain: they hold for other settings.
  std::erase_if(findings, [&](const Finding& finding) {
    return context.settings.has_recent_gil && finding.breaks_on == BreaksOn::free_threaded;
  });
  std::vector<Finding> unused = find_unused_suppressions(suppressions, context.settings);
  apply_settings(context.settings, unused);
  findings.insert(findings.end(), std::make_move_iterator(unused.begin()), std::make_move_iterator(unused.end()));
  std::ranges::stable_sort(findings, [](const Finding& left, const Finding& right) {
    return std::tuple(left.range, left.rule->info.name) < std::tuple(right.range, right.rule->info.name);
  });
  set_fingerprints(module, findings);
  return findings;
}

}  // namespace analysis
