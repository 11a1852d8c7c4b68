// The functions of `analysis` that the server runs on its workers, as values: tests put gates and fakes in their place.
#pragma once

#include <functional>

#include "analysis/analyze.h"

namespace server {

/// Called from several threads at once.
struct Analysis {
  std::function<analysis::ModuleFacts(std::string name, std::shared_ptr<const analysis::SourceText> text,
                                      const analysis::ModuleFacts* previous, const std::stop_token& stop)>
      examine = analysis::examine_module;
  std::function<std::vector<analysis::Finding>(
      const analysis::ModuleFacts& module, const analysis::ProjectIndex& project,
      const analysis::RuleSettings& settings, std::shared_ptr<analysis::LinkedModule>& linked,
      const std::stop_token& stop)>
      find_problems = analysis::find_problems_again;
  std::function<analysis::RepairOffer(const analysis::ModuleFacts& module,
                                      const std::vector<analysis::Finding>& findings,
                                      const analysis::RepairRequest& request, const analysis::ProjectIndex& project,
                                      const analysis::RuleSettings& settings, const std::stop_token& stop)>
      offer_repairs = analysis::offer_repairs;
  std::function<analysis::RepairedText(analysis::ModuleFacts module, std::vector<analysis::Finding> findings,
                                       const analysis::ProjectIndex& project, const analysis::RuleSettings& settings,
                                       analysis::Applicability most, const std::stop_token& stop)>
      repair_module = analysis::repair_module;
  std::function<analysis::Inventory(const analysis::ModuleFacts& module, const analysis::ProjectIndex& project,
                                    const analysis::RuleSettings& settings, const std::stop_token& stop)>
      review = analysis::review_module;
};

}  // namespace server
