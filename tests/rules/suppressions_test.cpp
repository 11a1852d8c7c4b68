// Every finding of every page can be silenced: on its line, and in its file.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "analysis/analyze.h"
#include "analysis/rules/rule.h"
#include "server/workspace/module_name.h"
#include "tests/support/rule_case.h"

namespace tests {
namespace {

using analysis::Finding;
using analysis::Fix;
using analysis::ModuleFacts;

/// What makes two findings of one text the same.
using Key = std::tuple<std::string_view, std::string, std::uint32_t>;

std::uint32_t moved(const Fix& fix, std::uint32_t offset) {
  std::uint32_t result = offset;
  for (const analysis::TextEdit& edit : fix.edits) {
    if (edit.range.end <= offset) result += static_cast<std::uint32_t>(edit.replacement.size()) - edit.range.size();
  }
  return result;
}

/// The finding, where it is after the fix, which may be null. What is unused of a comment is marked in another way when
/// a part of it is used: that counts as the same.
Key key_of(const Finding& finding, const Fix* fix) {
  const std::string_view rule = finding.rule->info.name;
  if (rule == "unused-suppression") return {rule, finding.symbol, 0};
  return {rule, finding.symbol, fix == nullptr ? finding.range.begin : moved(*fix, finding.range.begin)};
}

std::multiset<Key> keys_of(const std::vector<Finding>& findings, const Fix* fix) {
  std::multiset<Key> keys;
  for (const Finding& finding : findings) keys.insert(key_of(finding, fix));
  return keys;
}

struct Module {
  const ModuleFacts& facts;
  const analysis::ProjectIndex& project;
  const analysis::RuleSettings& settings;
  std::vector<Finding> findings = analysis::find_problems(facts, project, settings);
};

/// How far the finding's statement may reach: what else it may hold is silenced with it.
constexpr std::uint32_t most_rows = 12;

void check_suppression(const Module& module, const Finding& finding, const Fix& fix, bool is_of_line) {
  const auto text = analysis::apply_edits(module.facts.text->bytes(), fix.edits);
  ASSERT_TRUE(text) << fix.title;
  const ModuleFacts after = analysis::examine_module(module.facts.name, analysis::make_source_text(*text));
  const auto left = keys_of(analysis::find_problems(after, module.project, module.settings), nullptr);
  auto expected = keys_of(module.findings, &fix);
  EXPECT_FALSE(left.contains(key_of(finding, &fix))) << fix.title << ":\n" << *text;
  for (const Finding& other : module.findings) {
    const Key key = key_of(other, &fix);
    const auto row = [&](const Finding& of) { return module.facts.text->row(of.range.begin); };
    const bool is_near = row(other) <= row(finding) + most_rows && row(finding) <= row(other) + most_rows;
    // A comment is for all findings of its rule: of the statement, or of the file.
    if (other.rule == finding.rule && !left.contains(key) && (!is_of_line || is_near)) expected.erase(key);
  }
  EXPECT_EQ(left, expected) << fix.title << ":\n" << *text;
}

int check_module(const Module& module) {
  int count = 0;
  const analysis::TextRange all{0, static_cast<std::uint32_t>(module.facts.text->bytes().size())};
  const analysis::RepairOffer offer = analysis::offer_repairs(
      module.facts, module.findings, {.range = all, .wants_suppressions = true}, module.project, module.settings);
  for (std::size_t i = 0; i < module.findings.size(); ++i) {
    const Finding& finding = module.findings[i];
    if (finding.rule->info.name == "unused-suppression") continue;
    if (offer.suppressions[i].size() != 2) {
      ADD_FAILURE() << "no comment silences " << finding.message << " in\n" << module.facts.text->bytes();
      continue;
    }
    check_suppression(module, finding, offer.suppressions[i][0], /*is_of_line=*/true);
    check_suppression(module, finding, offer.suppressions[i][1], /*is_of_line=*/false);
    ++count;
  }
  return count;
}

TEST(Suppressions, SilenceEveryFindingOfThePagesAndNoOther) {
  int count = 0;
  for (const Page& page : read_pages(THREADLINT_SOURCE_DIR "/tests/rules")) {
    for (const Section& section : page.sections) {
      SCOPED_TRACE(page.path.filename().string() + ": " + section.heading);
      const RuleCase rule_case = read_case(section);
      const TemporaryFolder folder;
      write_modules(rule_case, folder);
      std::map<std::string, ModuleFacts> modules;
      std::vector<analysis::ProjectModule> project_modules;
      for (const auto& [path, text] : rule_case.modules) {
        const std::string name = server::module_name(folder / path);
        const auto& facts =
            modules.emplace(path, analysis::examine_module(name, analysis::make_source_text(text))).first->second;
        project_modules.push_back(analysis::as_project_module(facts, path));
      }
      const analysis::ProjectIndex project(std::move(project_modules));
      for (const auto& [path, facts] : modules) count += check_module({facts, project, rule_case.settings});
    }
  }
  EXPECT_LT(300, count) << "the pages have more findings than that";
}

}  // namespace
}  // namespace tests
