#include "server/rules_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "analysis/rules/registry.h"

namespace server {
namespace {

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

std::string section(const analysis::Rule& rule) {
  const analysis::RuleInfo& info = rule.info;
  std::string result = fmt::format("\n## {}\n\n*{}{}:* {}\n\n{}\n", info.name, word(info.severity),
                                   info.is_preview ? ", in preview" : "", info.summary, trimmed(info.why));
  fmt::format_to(std::back_inserter(result), "\nBreaks:\n\n```python\n{}\n```\n", trimmed(info.bad));
  fmt::format_to(std::back_inserter(result), "\nHolds:\n\n```python\n{}\n```\n", trimmed(info.good));
  if (!info.repair.empty()) {
    fmt::format_to(std::back_inserter(result), "\n**Repair.** {}\n", trimmed(info.repair));
  }
  return result;
}

std::string rules_as_table(const TextStyle& style) {
  std::size_t width = 0;
  for (const analysis::Rule* rule : analysis::all_rules()) width = std::max(width, rule->info.name.size());
  std::string result;
  for (const analysis::Rule* rule : analysis::all_rules()) {
    const analysis::RuleInfo& info = rule->info;
    const std::string_view severity = word(info.severity);
    fmt::format_to(std::back_inserter(result), "{}{}  {}{}  {}{}\n", painted(style, Ink::bold, info.name),
                   std::string(width - info.name.size(), ' '), painted(style, ink_of(info.severity), severity),
                   std::string(word(analysis::Severity::information).size() - severity.size(), ' '), info.summary,
                   info.is_preview ? " (preview)" : "");
  }
  return result;
}

}  // namespace

std::string rules_as_markdown() {
  std::string result =
      "# Rules\n\n"
      "<!-- Written by `threadlint rules --markdown`. Do not edit: change the rule. -->\n\n"
      "| Rule | Severity | What it reports |\n| --- | --- | --- |\n";
  for (const analysis::Rule* rule : analysis::all_rules()) {
    fmt::format_to(std::back_inserter(result), "| [{0}](#{0}) | {1} | {2}{3} |\n", rule->info.name,
                   word(rule->info.severity), rule->info.summary, rule->info.is_preview ? " (preview)" : "");
  }
  for (const analysis::Rule* rule : analysis::all_rules()) result += section(*rule);
  return result;
}

std::string rules_as_json() {
  nlohmann::ordered_json rules = nlohmann::ordered_json::array();
  for (const analysis::Rule* rule : analysis::all_rules()) {
    const analysis::RuleInfo& info = rule->info;
    rules.push_back({{"name", info.name},
                     {"severity", word(info.severity)},
                     {"preview", info.is_preview},
                     {"summary", info.summary},
                     {"why", trimmed(info.why)},
                     {"bad", trimmed(info.bad)},
                     {"good", trimmed(info.good)},
                     {"repair", trimmed(info.repair)},
                     {"url", documentation_url(*rule)}});
  }
  return rules.dump(/*indent=*/2) + '\n';
}

int list_rules(const RulesOptions& options) {
  switch (options.format) {
    case RulesFormat::table:
      fmt::print("{}", rules_as_table(style_of(STDOUT_FILENO, options.color)));
      break;
    case RulesFormat::markdown:
      fmt::print("{}", rules_as_markdown());
      break;
    case RulesFormat::json:
      fmt::print("{}", rules_as_json());
      break;
  }
  return 0;
}

}  // namespace server
