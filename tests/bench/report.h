// The figures for people and for programs, with the limits that they are held against.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/bench/keystroke.h"
#include "tests/bench/project.h"
#include "tests/bench/propagation.h"
#include "tests/bench/reanalysis.h"
#include "tests/bench/warm.h"

namespace bench {

[[nodiscard]] std::string as_text(const ProjectReport& report);
[[nodiscard]] std::string as_text(const WarmReport& report);
[[nodiscard]] std::string as_text(const KeystrokeReport& report);
[[nodiscard]] std::string as_text(const PropagationReport& report);
[[nodiscard]] std::string as_text(const ReanalysisReport& report);

/// Times in milliseconds, memory in bytes.
[[nodiscard]] nlohmann::json as_json(const ProjectReport& report);
[[nodiscard]] nlohmann::json as_json(const WarmReport& report);
[[nodiscard]] nlohmann::json as_json(const KeystrokeReport& report);
[[nodiscard]] nlohmann::json as_json(const PropagationReport& report);
[[nodiscard]] nlohmann::json as_json(const ReanalysisReport& report);

}  // namespace bench
