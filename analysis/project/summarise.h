// From the statements of a module to what other modules may know of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"

namespace analysis {

[[nodiscard]] std::shared_ptr<const ModuleSummary> summarise(std::string module_name,
                                                             const std::vector<ir::PlacedStatement>& statements);

}  // namespace analysis
