// `threadlint rules`: the list of all rules, for reading, as the rule reference in Markdown, or as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "server/check/text_style.h"

namespace server {

enum class RulesFormat : std::uint8_t { table, markdown, json };

struct RulesOptions {
  RulesFormat format = RulesFormat::table;
  ColorChoice color = ColorChoice::automatic;
};

/// The content of analysis/rules/README.md.
[[nodiscard]] std::string rules_as_markdown();
[[nodiscard]] std::string rules_as_json();

/// Writes to standard output; returns the exit code, 0.
[[nodiscard]] int list_rules(const RulesOptions& options);

}  // namespace server
