#include "tests/support/rule_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace tests {
namespace {

using analysis::RuleSettings;
using analysis::Severity;
using nlohmann::json;

Severity severity_of(const json& word) {
  constexpr std::array all{Severity::error, Severity::warning, Severity::information, Severity::hint};
  const auto* const found =
      std::ranges::find(all, word.get<std::string>(), [](Severity it) { return analysis::word(it); });
  if (found == all.end()) ADD_FAILURE() << word << " is not a severity";
  return found == all.end() ? Severity::error : *found;
}

RuleSettings read_options(const std::string& text) {
  RuleSettings settings;
  const json options = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!options.is_object()) ADD_FAILURE() << "options are one JSON object, not: " << text;
  for (const auto& [key, value] : options.items()) {
    if (key == "select") {
      for (const json& rule : value) settings.selected.insert(rule.get<std::string>());
    } else if (key == "ignore") {
      for (const json& rule : value) settings.ignored.insert(rule.get<std::string>());
    } else if (key == "severity") {
      for (const auto& [rule, word] : value.items()) settings.severities[rule] = severity_of(word);
    } else if (key == "preview") {
      settings.preview = value.get<bool>();
    } else if (key == "threads") {
      settings.threads = value == "evidence" ? analysis::ThreadsProfile::evidence : analysis::ThreadsProfile::assumed;
    } else {
      ADD_FAILURE() << "no option is named `" << key << "`";
    }
  }
  return settings;
}

}  // namespace

bool is_module(const Block& block) { return block.language == "python" && block.tags.empty(); }

RuleCase read_case(const Section& section) {
  RuleCase result;
  for (const Block& block : section.blocks) {
    if (is_module(block)) {
      const bool is_new = result.modules.emplace(block.path, read_marks(block.text).text).second;
      EXPECT_TRUE(is_new) << "two blocks of \"" << section.heading << "\" are named `" << block.path << "`";
    } else if (block.language == "json" && has_tag(block, "options")) {
      result.settings = read_options(block.text);
      result.has_options = true;
    }
  }
  return result;
}

Mark mark_of(const analysis::SourceText& text, analysis::TextRange range, std::string_view severity,
             std::string_view rule, std::string_view message) {
  const auto begin = text.locate(range.begin, analysis::ColumnUnit::utf32);
  const std::uint32_t line_end = text.lines().line_range(text.bytes(), begin.line).end;
  const auto end = text.locate(std::min(range.end, std::max(line_end, range.begin)), analysis::ColumnUnit::utf32);
  return {.row = begin.line + 1u,
          .column = begin.column + 1u,
          .end_column = end.column + 1u,
          .severity = std::string(severity),
          .rule = std::string(rule),
          .message = std::string(message)};
}

void write_modules(const RuleCase& rule_case, const TemporaryFolder& folder) {
  for (const auto& [path, text] : rule_case.modules) folder.write(path, text);
}

}  // namespace tests
