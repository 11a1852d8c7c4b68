// The command line as values.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <variant>

#include "server/check/check_command.h"
#include "server/clean_command.h"
#include "server/config_command.h"
#include "server/explain_command.h"
#include "server/prove/prove_command.h"
#include "server/review/review_command.h"
#include "server/rules_command.h"
#include "server/show_command.h"

namespace server {

struct ServerOptions {
  std::string log_level = "warning";     // one of spdlog's words
  std::string log_file;                  // empty: standard error
  std::optional<int> client_process_id;  // the server ends when this process does
  CacheOptions cache;
};

using Command = std::variant<ServerOptions, CheckOptions, ReviewOptions, ProveOptions, ExplainOptions, RulesOptions,
                             ConfigOptions, ShowOptions, CleanOptions>;

/// Instead of a command: help or the version, which was asked for (exit code 0), or what is wrong (2).
struct Usage {
  std::string text;
  int exit_code = 0;
};

[[nodiscard]] tl::expected<Command, Usage> parse_command_line(int count, const char* const* arguments);

}  // namespace server
