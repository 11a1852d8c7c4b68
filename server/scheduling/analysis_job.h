// The input and output of the units of work: values that cross threads.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "server/scheduling/analysis.h"

namespace server {

/// What a module says of itself.
struct ExaminationJob {
  std::string module;
  std::shared_ptr<const analysis::SourceText> text;
  std::shared_ptr<const analysis::ModuleFacts> previous;  // of an earlier text; null when there was none
  std::stop_token stop;
};

/// Facts and findings belong to one text. Either may be missing when the job was stopped or failed.
struct AnalysisResult {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::optional<std::vector<analysis::Finding>> findings;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::optional<analysis::Surroundings> surroundings = {};  // of `facts` in `project`; known when they were compared
  bool is_as_before = false;                                // the findings are those of the result before
  std::shared_ptr<analysis::LinkedModule> linked = {};      // for the next job of the module
};

/// What the rules say of a module beside the others of a project, which knows it.
struct AnalysisJob {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::shared_ptr<const AnalysisResult> previous;  // the last one for any text of the module; null when there is none
  std::shared_ptr<analysis::LinkedModule> linked;  // what the last analysis left, for this one alone; null if nothing
  std::stop_token stop;
};

// Both run on a worker.

/// Null when the job was stopped.
[[nodiscard]] std::shared_ptr<const analysis::ModuleFacts> run(const ExaminationJob& job, const Analysis& analysis);
/// Runs the rules only if the module, its settings, or what it takes from the project is not what it was.
[[nodiscard]] AnalysisResult run(const AnalysisJob& job, const Analysis& analysis);

}  // namespace server
