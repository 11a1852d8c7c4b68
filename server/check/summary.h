// The lines after the findings: how many there are, and what can be done about them.
#pragma once

#include <string>

#include "server/check/reporter.h"

namespace server {

/// `1 finding`, `2 findings`.
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);

/// How many findings of which severity, and `offered_repairs`.
[[nodiscard]] std::string summary(const Report& report, const TextStyle& style);

/// How many findings `--fix` repairs, as far as their fixes are known, and how many it repairs with `--unsafe-fixes`.
/// Empty: none.
[[nodiscard]] std::string offered_repairs(const Report& report);

}  // namespace server
