// The word for what a step does, as its source text shows it.
#pragma once

#include <string_view>

#include "analysis/rules/finding.h"

namespace analysis {

/// Rules know what is done to a cell; who replays a step looks for what the code at its place does: `X[k] = v` writes
/// an item, whichever way the cell is changed by it. `wanted` where the text, that of the step's range, does not say
/// otherwise.
[[nodiscard]] StepAccess word_for(StepAccess wanted, std::string_view text);

}  // namespace analysis
