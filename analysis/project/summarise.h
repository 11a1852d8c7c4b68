// From the statements of a module to what other modules may know of it.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"

namespace analysis {

[[nodiscard]] std::shared_ptr<const ModuleSummary> summarise(std::string module_name,
                                                             std::span<const ir::PlacedStatement> statements);

/// The same, quicker: `summary` is that of `before`, the statements of an earlier text of the module.
[[nodiscard]] std::shared_ptr<const ModuleSummary> summarise_again(std::shared_ptr<const ModuleSummary> summary,
                                                                   std::span<const ir::PlacedStatement> before,
                                                                   std::span<const ir::PlacedStatement> statements);

}  // namespace analysis
