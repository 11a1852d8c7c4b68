#include "server/check/fixing.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace server {
namespace {

/// A repair in one file can enable one in another; this many times we look again.
constexpr int most_rounds = 10;
/// Guards against repairs that undo each other.
constexpr std::size_t most_repairs_of_a_file = 1000;

bool is_allowed(const analysis::Fix& fix, analysis::Applicability most) {
  return fix.applicability == analysis::Applicability::safe || most == analysis::Applicability::review;
}

/// Makes the repairs of one file and says how many.
std::size_t repair_file(CheckedFile& file, const analysis::ProjectIndex& project,
                        const analysis::RuleSettings& settings, analysis::Applicability most) {
  std::set<std::pair<std::uint64_t, std::uint32_t>> hopeless;  // fingerprint and place
  const auto next_text = [&]() -> std::optional<std::string> {
    for (analysis::Finding& finding : file.findings) {
      if (!hopeless.emplace(finding.fingerprint, finding.range.begin).second) continue;
      finding.fixes = analysis::find_fixes(file.facts, finding, project, settings);
      const analysis::Fix* fix = best_fix(finding);
      if (fix != nullptr && is_allowed(*fix, most)) return analysis::apply_edits(file.facts.text->bytes(), fix->edits);
    }
    return {};
  };

  std::size_t count = 0;
  while (count < most_repairs_of_a_file) {
    std::optional<std::string> text = next_text();
    if (!text) break;
    file.facts = analysis::examine_module(file.facts.name, analysis::make_source_text(*std::move(text)));
    analysis::forget_tree(file.facts);
    file.findings = analysis::find_problems(file.facts, project, settings);
    ++count;
  }
  return count;
}

}  // namespace

Repairs make_repairs(Report& report, analysis::ProjectIndex& project, const analysis::RuleSettings& settings,
                     analysis::Applicability most, Workers& workers, Progress& progress) {
  Repairs repairs;
  for (const CheckedFile& file : report.files) repairs.before.push_back(file.facts.text);

  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::size_t> counts(report.files.size());
    const auto body = [&](std::size_t i, unsigned /*worker*/) {
      counts[i] = repair_file(report.files[i], project, settings, most);
    };
    for_each_index(workers, counts.size(), body, progress.observer("repairing", counts.size()));
    const std::size_t count = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    if (count == 0) break;
    repairs.count += count;
    project = join_modules(report);
    find_all_problems(report, project, settings, workers, progress);
  }

  for (std::size_t i = 0; i < report.files.size(); ++i) {
    if (repairs.before[i]->bytes() == report.files[i].facts.text->bytes()) repairs.before[i] = nullptr;
  }
  return repairs;
}

}  // namespace server
