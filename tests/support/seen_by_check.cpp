// The second way to the findings of a case.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/support/rule_case.h"

namespace tests {
namespace {

using nlohmann::json;

/// A sanitized program takes long to start: it is started once for each case.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

/// What the program prints. A failure of the running test unless its exit code says that it could do its work.
std::string output_of(const std::string& arguments) {
  const std::string command = "'" THREADLINT_BINARY "' " + arguments;
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> bytes{};
  while (const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), pipe)) output.append(bytes.data(), size);
  const int status = ::pclose(pipe);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2) << command << " ended with status " << status;
  return output;
}

std::uint32_t offset_of(const analysis::SourceText& text, const json& location) {
  const analysis::LineColumn place{location.at("row").get<std::uint32_t>() - 1,
                                   location.at("column").get<std::uint32_t>() - 1};
  return text.offset_of(place, analysis::ColumnUnit::utf32);
}

analysis::TextRange range_of(const analysis::SourceText& text, const json& item) {
  return {offset_of(text, item.at("location")), offset_of(text, item.at("end_location"))};
}

/// As `SeenModule::fixed` says.
std::optional<std::string> first_fix(const analysis::SourceText& text, const json& fixes) {
  const auto can_be_made = [](const json& fix) { return !fix.at("edits").empty(); };
  const auto is_preferred = [&](const json& fix) { return can_be_made(fix) && fix.at("preferred").get<bool>(); };
  auto fix = std::ranges::find_if(fixes, is_preferred);
  if (fix == fixes.end()) fix = std::ranges::find_if(fixes, can_be_made);
  if (fix == fixes.end()) return std::nullopt;
  std::vector<analysis::TextEdit> edits;
  for (const json& edit : fix->at("edits")) edits.push_back({range_of(text, edit), edit.at("content")});
  return analysis::apply_edits(text.bytes(), std::move(edits));
}

}  // namespace

SeenModules seen_by_check(const RuleCase& rule_case, const TemporaryFolder& folder) {
  const TemporaryFolder cache;
  const std::string keeps = is_sanitized ? "--no-cache" : "--cache-dir '" + cache.path().string() + "'";
  const std::string command = "check " + keeps + " --output-format json '" + folder.path().string() + "'";
  const std::string first = output_of(command);
  const std::string second = is_sanitized ? first : output_of(command);
  EXPECT_EQ(second, first) << "what is kept of a run says something else than the run";
  const json output = json::parse(first);
  EXPECT_EQ(output.at("files"), rule_case.modules.size());
  EXPECT_EQ(output.at("errors"), json::array());
  SeenModules seen;
  for (const auto& [path, bytes] : rule_case.modules) {
    const analysis::SourceText text(bytes);
    SeenModule& module = seen[path];
    for (const json& finding : output.at("findings")) {
      if (finding.at("filename") != folder / path) continue;
      SeenFinding& entry = module.findings.emplace_back();
      entry.mark = mark_of(text, range_of(text, finding), finding.at("severity").get<std::string>(),
                           finding.at("rule").get<std::string>(), finding.at("message").get<std::string>());
      entry.evidence = finding.value("evidence", "");
      for (const json& step : finding.at("interleaving")) {
        const std::string file = step.at("filename");
        entry.steps.push_back({file.substr(folder.path().string().size() + 1), step.at("location").at("row"),
                               step.at("location").at("column")});
      }
      if (!module.fixed) module.fixed = first_fix(text, finding.at("fixes"));
    }
    std::ranges::sort(module.findings);
  }
  return seen;
}

}  // namespace tests
