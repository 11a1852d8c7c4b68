// Intermediate results of the analysis as text, for `threadlint show`.
#pragma once

#include <string>

#include "analysis/analyze.h"

namespace analysis {

[[nodiscard]] std::string show_symbols(const ModuleFacts& module);
[[nodiscard]] std::string show_accesses(const ModuleFacts& module);
[[nodiscard]] std::string show_effects(const ModuleFacts& module);

}  // namespace analysis
