// A module seen together with its project, and what the rules say of it: what all of the façade's answers begin with.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

/// A module with what it needs of others, and all that rules ask about it. Incomplete when `stop` was requested.
struct LinkedModule {
  Program program;
  std::unique_ptr<ConcurrencyModel> model;
  std::vector<Initialization> initializations;
  RunAccesses accesses;

  LinkedModule(const ModuleFacts& module, const ProjectIndex& project, const AddedKnowledge& added,
               const std::stop_token& stop);

  /// Makes it that of another text of the module.
  void revise(const ModuleFacts& module, const ProjectIndex& project, const AddedKnowledge& added,
              const std::stop_token& stop);

  /// Views of this and of what it is given.
  [[nodiscard]] RuleContext context(const ModuleFacts& module, const ProjectIndex& project,
                                    const RuleSettings& settings) const;

 private:
  void look_at_model();
};

/// `find_problems`, those that the baseline knows included.
[[nodiscard]] std::vector<Finding> find_all_problems(const ModuleFacts& module, const ProjectIndex& project,
                                                     const RuleSettings& settings, const std::stop_token& stop);
void leave_out_known(const RuleSettings& settings, std::vector<Finding>& findings);

/// `find_all_problems` of a module that is linked already.
[[nodiscard]] std::vector<Finding> problems_in(const ModuleFacts& module, const RuleContext& context,
                                               const std::stop_token& stop);

}  // namespace analysis
