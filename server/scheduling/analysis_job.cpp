#include "server/scheduling/analysis_job.h"

namespace server {

AnalysisResult run(const AnalysisJob& job, const Analysis& analysis) {
  if (job.stop.stop_requested()) return {};
  // The text is the same when only the rest of the project changed.
  const bool is_known = job.previous != nullptr && job.previous->text == job.text;
  const std::shared_ptr<const analysis::ModuleFacts> facts =
      is_known ? job.previous
               : std::make_shared<const analysis::ModuleFacts>(
                     analysis.examine(job.module, job.text, job.previous.get(), job.stop));
  AnalysisResult result{.facts = facts, .findings = {}, .project = job.project, .settings = job.settings};
  if (job.stop.stop_requested()) return {};
  std::vector<analysis::Finding> findings = analysis.find_problems(*facts, *job.project, *job.settings, job.stop);
  if (!job.stop.stop_requested()) result.findings = std::move(findings);
  return result;
}

}  // namespace server
