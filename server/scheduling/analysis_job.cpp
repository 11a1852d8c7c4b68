#include "server/scheduling/analysis_job.h"

namespace server {
namespace {

bool is_of_same_text(const AnalysisResult& previous, const AnalysisJob& job) {
  return previous.findings && previous.facts == job.facts && previous.settings == job.settings;
}

/// Whether the findings of `previous` are those of a project in which the module's surroundings are `now`.
bool stay_true(const AnalysisResult& previous, const analysis::Surroundings& now) {
  const analysis::Surroundings before =
      previous.surroundings ? *previous.surroundings : analysis::surroundings_of(*previous.facts, *previous.project);
  if (before.meaning != now.meaning) return false;
  // Findings name places; where there are none, it does not matter that these moved.
  return previous.findings->empty() || before == now;
}

}  // namespace

std::shared_ptr<const analysis::ModuleFacts> run(const ExaminationJob& job, const Analysis& analysis) {
  if (job.stop.stop_requested()) return nullptr;
  auto facts = std::make_shared<const analysis::ModuleFacts>(
      analysis.examine(job.module, job.text, job.previous.get(), job.stop));
  return job.stop.stop_requested() ? nullptr : facts;
}

AnalysisResult run(const AnalysisJob& job, const Analysis& analysis) {
  AnalysisResult result{.facts = job.facts, .findings = {}, .project = job.project, .settings = job.settings};
  result.linked = job.linked;
  if (job.stop.stop_requested()) return result;
  if (job.previous != nullptr && is_of_same_text(*job.previous, job)) {
    result.surroundings = analysis::surroundings_of(*job.facts, *job.project);
    if (stay_true(*job.previous, *result.surroundings)) {
      result.findings = job.previous->findings;
      result.is_as_before = true;
      return result;
    }
  }
  std::vector<analysis::Finding> findings =
      analysis.find_problems(*job.facts, *job.project, *job.settings, result.linked, job.stop);
  if (!job.stop.stop_requested()) result.findings = std::move(findings);
  return result;
}

}  // namespace server
