#include "server/check/reporter.h"

#include <algorithm>
#include <numeric>

namespace server {

const CheckedFile& file_of(const Report& report, const CheckedFile& file, const analysis::Step& step) {
  if (step.module.empty()) return file;
  const auto found = report.modules.find(step.module);
  return found == report.modules.end() ? file : report.files[found->second];
}

std::size_t finding_count(const Report& report) {
  return std::transform_reduce(report.files.begin(), report.files.end(), std::size_t{0}, std::plus<>(),
                               [](const CheckedFile& file) { return file.findings.size(); });
}

const analysis::Fix* best_fix(const analysis::Finding& finding) {
  const auto can_be_made = [](const analysis::Fix& fix) { return fix.disabled_reason.empty() && !fix.edits.empty(); };
  const auto preferred = std::ranges::find_if(
      finding.fixes, [&](const analysis::Fix& fix) { return fix.is_preferred && can_be_made(fix); });
  if (preferred != finding.fixes.end()) return &*preferred;
  const auto best = std::ranges::find_if(finding.fixes, can_be_made);
  return best == finding.fixes.end() ? nullptr : &*best;
}

}  // namespace server
