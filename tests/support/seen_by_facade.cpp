// The first way to the findings of a case.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "analysis/analyze.h"
#include "analysis/rules/rule.h"
#include "server/workspace/module_name.h"
#include "tests/support/rule_case.h"

namespace tests {
namespace {

using analysis::Finding;
using analysis::Fix;
using analysis::ModuleFacts;
using analysis::ProjectIndex;
using analysis::RuleSettings;

std::optional<Fix> first_fix(std::vector<Fix> fixes) {
  std::erase_if(fixes, [](const Fix& fix) { return fix.edits.empty(); });
  if (fixes.empty()) return std::nullopt;
  const auto preferred = std::ranges::find(fixes, true, &Fix::is_preferred);
  return preferred == fixes.end() ? fixes.front() : *preferred;
}

/// What the fix leaves. design.md: the finding is gone and none came. That an object may be made twice was so before;
/// only the graver finding stood for it.
std::string repaired(const ModuleFacts& module, const Fix& fix, const ProjectIndex& project,
                     const RuleSettings& settings, const Finding& fixed, std::size_t findings_before) {
  const auto text = analysis::apply_edits(module.text->bytes(), fix.edits);
  EXPECT_TRUE(text) << "the edits of \"" << fix.title << "\" overlap";
  const ModuleFacts after =
      analysis::examine_module(module.name, analysis::make_source_text(text.value_or("")), &module);
  std::vector<Finding> left = analysis::find_problems(after, project, settings);
  std::erase_if(left, [&](const Finding& other) {
    return other.rule->info.name == "duplicate-initialization" && other.symbol == fixed.symbol;
  });
  EXPECT_LT(left.size(), findings_before) << "findings after \"" << fix.title << "\":\n" << text.value_or("");
  return text.value_or("");
}

SeenModule seen_in(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings) {
  SeenModule seen;
  const std::vector<Finding> findings = analysis::find_problems(module, project, settings);
  for (const Finding& finding : findings) {
    SeenFinding& entry = seen.findings.emplace_back();
    entry.mark = mark_of(*module.text, finding.range, analysis::word(finding.severity), finding.rule->info.name,
                         finding.message);
    entry.evidence = finding.evidence;
    for (const analysis::Step& step : finding.interleaving) {
      const analysis::ProjectModule& at = *project.find(step.module.empty() ? module.name : step.module);
      const auto place = at.text()->locate(step.range.begin, analysis::ColumnUnit::utf32);
      entry.steps.push_back({at.path, place.line + 1u, place.column + 1u});
    }
    if (seen.fixed) continue;
    if (const auto fix = first_fix(analysis::find_fixes(module, finding, project, settings))) {
      seen.fixed = repaired(module, *fix, project, settings, finding, findings.size());
    }
  }
  std::ranges::sort(seen.findings);
  return seen;
}

}  // namespace

SeenModules seen_by_facade(const RuleCase& rule_case, const TemporaryFolder& folder) {
  std::map<std::string, ModuleFacts> modules;
  std::vector<analysis::ProjectModule> project_modules;
  for (const auto& [path, text] : rule_case.modules) {
    const auto& module = modules
                             .emplace(path, analysis::examine_module(server::module_name(folder / path),
                                                                     analysis::make_source_text(text)))
                             .first->second;
    project_modules.push_back(analysis::as_project_module(module, path));
  }
  const ProjectIndex project(std::move(project_modules));
  SeenModules seen;
  for (const auto& [path, module] : modules) seen[path] = seen_in(module, project, rule_case.settings);
  return seen;
}

}  // namespace tests
