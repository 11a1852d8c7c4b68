// Runs the specification pages of the rules: each heading of tests/rules/*.md is a test.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/expectation.h"
#include "tests/support/rule_case.h"
#include "tests/support/section_tests.h"

namespace tests {
namespace {

std::vector<Mark> marks_of(const SeenModule& module) {
  std::vector<Mark> marks;
  for (const SeenFinding& finding : module.findings) marks.push_back(finding.mark);
  return marks;
}

std::string as_text(const SeenModules& modules) {
  std::string text;
  for (const auto& [path, module] : modules) {
    text += path + '\n';
    for (const auto& [mark, evidence, steps] : module.findings) {
      text += fmt::format("  {}:{}-{} {}[{}]: {} ({})", mark.row, mark.column, mark.end_column, mark.severity,
                          mark.rule, mark.message, evidence);
      for (const Place& step : steps) text += fmt::format(" @{}:{}:{}", step.path, step.row, step.column);
      text += '\n';
    }
    text += module.fixed ? "  fixed:\n" + *module.fixed : "  no fix\n";
  }
  return text;
}

void expect_same(const SeenModules& facade, const SeenModules& other, std::string_view name) {
  EXPECT_TRUE(facade == other) << name << " says something else than the façade (- façade, + " << name << "):\n"
                               << line_difference(as_text(facade), as_text(other));
}

void check_section(const Page& page, const Section& section) {
  const RuleCase rule_case = read_case(section);
  const TemporaryFolder folder;
  write_modules(rule_case, folder);
  const SeenModules seen = seen_by_facade(rule_case, folder);
  for (const Block& block : section.blocks) {
    if (is_module(block)) {
      expect_block(page, section, block, with_marks(block.text, marks_of(seen.at(block.path))), "the analysis");
    } else if (has_tag(block, "fixed")) {
      const auto module = seen.find(block.path);
      ASSERT_NE(module, seen.end()) << "no block shows `" << block.path << "` before the fix";
      expect_block(page, section, block, module->second.fixed.value_or("(there is no fix)\n"), "the fixed module");
    }
  }
  if (rule_case.has_options) return;  // the program takes them from settings files, which are another subject
  expect_same(seen, seen_by_check(rule_case, folder), "`threadlint check`");
  expect_same(seen, seen_by_editor(rule_case, folder), "the language server");
}

const std::vector<Page>& rule_pages = register_sections(THREADLINT_SOURCE_DIR "/tests/rules", "", check_section);

TEST(RulePages, HeadingsOfAPageGiveDifferentTestNames) {
  for (const Page& page : rule_pages) {
    std::vector<std::string> names;
    for (const Section& section : page.sections) names.push_back(test_name(section.heading));
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    EXPECT_EQ(twice, names.end()) << page.path << " has two headings like \"" << *twice << "\"";
    EXPECT_FALSE(std::ranges::binary_search(names, ""))
        << page.path << " has a heading without letters, or code above the first";
  }
}

}  // namespace
}  // namespace tests
