// The list of all rules.
#pragma once

#include <span>
#include <string_view>

#include "analysis/rules/rule.h"

namespace analysis {

/// In the order of rules.def.
[[nodiscard]] std::span<const Rule* const> all_rules();

/// Nothing when no rule has that name.
[[nodiscard]] const Rule* find_rule(std::string_view name);

/// Where the rule is explained on the web.
[[nodiscard]] std::string documentation_url(const Rule& rule);

}  // namespace analysis
