#include "server/check/fixing.h"

#include <numeric>
#include <utility>

namespace server {
namespace {

/// A repair in one file can enable one in another; this many times we look again.
constexpr int most_rounds = 10;

}  // namespace

Repairs make_repairs(Report& report, analysis::ProjectIndex& project, analysis::Applicability most, Workers& workers,
                     Progress& progress) {
  Repairs repairs;
  for (const CheckedFile& file : report.files) repairs.before.push_back(file.text);

  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::size_t> counts(report.files.size());
    const auto body = [&](std::size_t i, unsigned /*worker*/) {
      CheckedFile& file = report.files[i];
      analysis::RepairedText repaired = analysis::repair_module(
          analysis::as_module_facts(*file.code), std::move(file.findings), project, *file.settings, most);
      counts[i] = repaired.count;
      file.findings = std::move(repaired.findings);
      if (repaired.count == 0) return;
      file.text = repaired.module.text;
      file.code = checked_file(file.path, repaired.module).code;
    };
    for_each_index(workers, counts.size(), body, progress.observer("repairing", counts.size()));
    const std::size_t count = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    if (count == 0) break;
    repairs.count += count;
    project = join_modules(report);
    find_all_problems(report, project, workers, progress);
  }

  for (std::size_t i = 0; i < report.files.size(); ++i) {
    if (repairs.before[i]->bytes() == report.files[i].text->bytes()) repairs.before[i] = nullptr;
  }
  return repairs;
}

}  // namespace server
