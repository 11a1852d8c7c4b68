// `threadlint explain RULE`: all that is known about a rule, for reading.
#pragma once

#include <string>

#include "server/check/text_style.h"

namespace server {

struct ExplainOptions {
  std::string rule;
  ColorChoice color = ColorChoice::automatic;
};

/// Writes to standard output and standard error; returns the exit code: 0, or 2 for a rule that does not exist.
[[nodiscard]] int explain(const ExplainOptions& options);

}  // namespace server
