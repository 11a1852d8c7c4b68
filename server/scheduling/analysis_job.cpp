#include "server/scheduling/analysis_job.h"

namespace server {

std::shared_ptr<const analysis::ModuleFacts> run(const ExaminationJob& job, const Analysis& analysis) {
  if (job.stop.stop_requested()) return nullptr;
  auto facts = std::make_shared<const analysis::ModuleFacts>(
      analysis.examine(job.module, job.text, job.previous.get(), job.stop));
  return job.stop.stop_requested() ? nullptr : facts;
}

AnalysisResult run(const AnalysisJob& job, const Analysis& analysis) {
  AnalysisResult result{.facts = job.facts, .findings = {}, .project = job.project, .settings = job.settings};
  if (job.stop.stop_requested()) return result;
  std::vector<analysis::Finding> findings = analysis.find_problems(*job.facts, *job.project, *job.settings, job.stop);
  if (!job.stop.stop_requested()) result.findings = std::move(findings);
  return result;
}

}  // namespace server
