// The input and output of one unit of work: values that cross threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "server/scheduling/analysis.h"

namespace server {

struct AnalysisJob {
  std::string module;
  std::shared_ptr<const analysis::SourceText> text;
  std::shared_ptr<const analysis::ModuleFacts> previous;  // of an earlier text; null when there was none
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::stop_token stop;
};

/// Facts and findings belong to one text. Either may be missing when the job was stopped or failed.
struct AnalysisResult {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::optional<std::vector<analysis::Finding>> findings;
  std::shared_ptr<const analysis::ProjectIndex> project;  // as the job saw it
  std::shared_ptr<const analysis::RuleSettings> settings;
};

/// Runs on a worker.
[[nodiscard]] AnalysisResult run(const AnalysisJob& job, const Analysis& analysis);

}  // namespace server
