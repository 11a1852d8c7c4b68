// What is written about the rules is true, and what is generated is fresh.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/rules/registry.h"
#include "server/config_command.h"
#include "server/rules_command.h"
#include "server/workspace/setting_keys.h"
#include "tests/support/expectation.h"
#include "tests/support/rule_case.h"

namespace tests {
namespace {

namespace fs = std::filesystem;
using analysis::Finding;
using analysis::Fix;
using analysis::ModuleFacts;
using analysis::Rule;
using analysis::RuleSettings;

const fs::path root = THREADLINT_SOURCE_DIR;

std::string read_file(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

/// `double-check-missing` is double_check_missing in file names.
std::string file_name_of(const Rule& rule) {
  std::string name(rule.info.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

ModuleFacts example(std::string text) {
  return analysis::examine_module("example", analysis::make_source_text(std::move(text)));
}

std::vector<Finding> findings_in(const ModuleFacts& module) {
  RuleSettings settings;
  settings.preview = true;
  return analysis::find_problems(module, {}, settings);
}

std::string as_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += std::string(finding.rule->info.name) + ": " + finding.message + '\n';
  return text;
}

/// The text after the first repair that can be made; nothing if there is none.
std::optional<std::string> repaired(const ModuleFacts& module, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    for (const Fix& fix : analysis::find_fixes(module, finding, {}, {})) {
      if (!fix.edits.empty()) return analysis::apply_edits(module.text->bytes(), fix.edits);
    }
  }
  return std::nullopt;
}

TEST(Documentation, EachRuleHasAPageThatShowsIt) {
  for (const Rule* rule : analysis::all_rules()) {
    const fs::path path = root / "tests" / "rules" / (file_name_of(*rule) + ".md");
    bool is_shown = false;
    bool is_silent_somewhere = false;
    for (const Section& section : read_page(path).sections) {
      for (const Block& block : section.blocks) {
        if (!is_module(block)) continue;
        const auto marks = read_marks(block.text).marks;
        is_shown = is_shown || std::ranges::find(marks, rule->info.name, &Mark::rule) != marks.end();
        is_silent_somewhere = is_silent_somewhere || marks.empty();
      }
    }
    EXPECT_TRUE(is_shown) << "add a section to " << path << " with code that `" << rule->info.name << "` marks";
    EXPECT_TRUE(is_silent_somewhere) << "add a section to " << path << " with code that is right";
  }
}

TEST(Documentation, EachRuleIsListed) {
  constexpr std::string_view definition = "\nextern const Rule ";
  for (const auto& entry : fs::directory_iterator(root / "analysis" / "rules")) {
    const std::string text = entry.path().extension() == ".cpp" ? read_file(entry.path()) : "";
    const std::size_t found = text.find(definition);
    if (found == std::string::npos || text.find('{', found) > text.find(';', found)) continue;
    std::string name = entry.path().stem();
    std::ranges::replace(name, '_', '-');
    EXPECT_NE(analysis::find_rule(name), nullptr)
        << "add `RULE(" << entry.path().stem().string() << ")` to analysis/rules/rules.def";
  }
}

TEST(Documentation, TheReadmeSaysWhatEachRuleReports) {
  const std::string readme = read_file(root / "README.md");
  for (const Rule* rule : analysis::all_rules()) {
    const std::string row = fmt::format("| `{}` | {} |\n", rule->info.name, rule->info.summary);
    EXPECT_NE(readme.find(row), std::string::npos) << "add to \"What it finds\" of README.md:\n" << row;
  }
}

TEST(Documentation, TheBadExampleOfARuleYieldsThatRuleAlone) {
  for (const Rule* rule : analysis::all_rules()) {
    const std::vector<Finding> findings = findings_in(example(std::string(rule->info.bad)));
    const bool is_that_rule_alone =
        !findings.empty() && std::ranges::all_of(findings, [&](const Finding& it) { return it.rule == rule; });
    EXPECT_TRUE(is_that_rule_alone) << "`bad` of " << rule->info.name << " yields:\n" << as_text(findings);
  }
}

TEST(Documentation, TheGoodExampleOfARuleYieldsNothing) {
  for (const Rule* rule : analysis::all_rules()) {
    EXPECT_EQ(as_text(findings_in(example(std::string(rule->info.good)))), "") << "`good` of " << rule->info.name;
  }
}

TEST(Documentation, RepairingTheBadExampleLeavesNothing) {
  for (const Rule* rule : analysis::all_rules()) {
    ModuleFacts module = example(std::string(rule->info.bad));
    std::vector<Finding> findings = findings_in(module);
    auto text = repaired(module, findings);
    EXPECT_EQ(text.has_value(), !rule->info.repair.empty())
        << rule->info.name << ": `repair` says that there is one, or that there is none, and `bad` shows the contrary";
    // Each repair takes at least one finding away.
    for (std::size_t turn = findings.size(); text && 0 < turn; --turn) {
      module = example(*text);
      findings = findings_in(module);
      if (auto next = repaired(module, findings)) text = std::move(next);
    }
    EXPECT_TRUE(!text || findings.empty()) << "after the repair of `bad` of " << rule->info.name << ":\n" << *text;
  }
}

TEST(Documentation, TheRuleReferenceIsFresh) {
  const std::string difference =
      line_difference(read_file(root / "analysis" / "rules" / "README.md"), server::rules_as_markdown());
  EXPECT_EQ(difference, "") << "analysis/rules/README.md is out of date. Run: ./dev run rules --markdown > "
                               "analysis/rules/README.md";
}

TEST(Documentation, TheTableOfSettingsIsFresh) {
  EXPECT_NE(read_file(root / "README.md").find("\n" + server::settings_as_markdown() + "\n"), std::string::npos)
      << "README.md, section Settings, is out of date. Put there what this prints: ./dev run config --markdown";
}

TEST(Documentation, EachSettingIsDescribedWithAnExample) {
  for (const server::SettingKey& key : server::setting_keys()) {
    std::vector<server::SettingsProblem> problems;
    const std::string example = std::string(key.name) + " = " + std::string(key.example);
    const auto layer =
        server::make_layer(server::parse_inline_settings(example, problems), "example", "/example", problems);
    EXPECT_TRUE(problems.empty()) << example << ": " << problems.front().message;
    EXPECT_EQ(layer->values.size(), 1U) << example;
    EXPECT_TRUE(key.sentence.ends_with('.')) << key.name;
  }
}

TEST(Documentation, RulesAreDescribedInOneVoice) {
  for (const Rule* rule : analysis::all_rules()) {
    const analysis::RuleInfo& info = rule->info;
    EXPECT_EQ(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << info.name;
    EXPECT_FALSE(info.summary.empty() || info.summary.ends_with('.')) << info.name << ": `summary` is half a sentence";
    EXPECT_TRUE(info.why.ends_with('.')) << info.name << ": `why` is a paragraph";
  }
}

/// The targets of `[text](target)` in a Markdown file, those on the web left out.
std::vector<std::string> links_in(const std::string& markdown) {
  std::vector<std::string> links;
  for (std::size_t at = markdown.find("]("); at != std::string::npos; at = markdown.find("](", at + 1)) {
    const std::string link = markdown.substr(at + 2, markdown.find_first_of(") #\n", at) - at - 2);
    if (!link.empty() && link.find("://") == std::string::npos) links.push_back(link);
  }
  return links;
}

TEST(Documentation, LinksLeadSomewhere) {
  std::vector<fs::path> pages{root / "README.md", root / "CHANGELOG.md"};
  for (const char* folder : {"analysis", "protocol", "server", "editors", "tests"}) {
    pages.push_back(root / folder / "README.md");
  }
  for (const fs::path& page : pages) {
    EXPECT_TRUE(fs::exists(page)) << page << " is missing: a forge shows it when its reader arrives";
    for (const std::string& link : links_in(read_file(page))) {
      EXPECT_TRUE(fs::exists(page.parent_path() / link)) << page << " links to " << link << ", which is not there";
    }
  }
}

}  // namespace
}  // namespace tests
