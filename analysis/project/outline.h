// What a module defines at its top, for modules that import from it.
#pragma once

#include <vector>

#include "analysis/project/module_summary.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// Fills `definitions`, `classes` and `held_objects`.
void outline(const std::vector<ir::PlacedStatement>& statements, ModuleSummary& summary);

}  // namespace analysis
