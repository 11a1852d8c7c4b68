// Suppression comments: what they cover, which are used, how unused ones are removed.
#include "analysis/rules/suppression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "analysis/rules/registry.h"

namespace analysis {
namespace {

/// One statement with all of the text; each `#` begins a comment. Stands in for lowering.
std::vector<ir::PlacedStatement> statement_of(const SourceText& text) {
  ir::StatementFacts facts;
  const std::string_view bytes = text.bytes();
  facts.size = static_cast<std::uint32_t>(bytes.size());
  for (std::uint32_t row = 0; row < text.lines().line_count(); ++row) {
    const TextRange line = text.lines().line_range(bytes, row);
    const std::size_t hash = text.slice(line).find('#');
    if (hash == std::string_view::npos) continue;
    const bool is_own_line = text.slice(line).find_first_not_of(' ') == hash;
    facts.directives.push_back(
        {.range = {line.begin + static_cast<std::uint32_t>(hash), line.end}, .is_own_line = is_own_line, .text = {}});
  }
  return {{.begin = 0, .facts = std::make_shared<const ir::StatementFacts>(std::move(facts))}};
}

struct Outcome {
  std::vector<std::string> left;    // what the remaining findings mark, `rule:text`
  std::vector<std::string> unused;  // the messages of `unused-suppression`
  std::string repaired;             // after the fix of the first of them
};

/// Findings of `rule` on each occurrence of `BUG`, then the comments.
Outcome run(std::string bytes, std::string_view rule = "incomplete-initialization", const RuleSettings& settings = {}) {
  const SourceText text(std::move(bytes));
  const auto statements = statement_of(text);
  std::vector<Finding> findings;
  for (std::size_t at = 0; (at = text.bytes().find("BUG", at)) != std::string_view::npos; at += 3) {
    Finding finding;
    finding.rule = find_rule(rule);
    finding.range = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + 4)};
    findings.push_back(std::move(finding));
  }
  Suppressions suppressions = collect_suppressions(text, statements);
  apply_suppressions(suppressions, findings);

  Outcome outcome;
  for (const Finding& finding : findings) outcome.left.emplace_back(text.slice(finding.range));
  const auto unused = find_unused_suppressions(suppressions, settings);
  for (const Finding& finding : unused) outcome.unused.push_back(finding.message);
  if (!unused.empty()) {
    const Fix fix = remove_unused_suppression(text, statements, unused.front());
    outcome.repaired = apply_edits(text.bytes(), fix.edits).value_or("overlapping edits");
  }
  return outcome;
}

using Texts = std::vector<std::string>;

TEST(Suppression, ACommentBehindCodeCoversItsLine) {
  const Outcome outcome = run("BUG1 # threadlint: ignore[incomplete-initialization]\nBUG2\n");

  EXPECT_EQ(outcome.left, Texts{"BUG2"});
  EXPECT_EQ(outcome.unused, Texts{});
}

TEST(Suppression, ACommentBehindTheLastLineCoversTheStatement) {
  EXPECT_EQ(run("BUG0\nBUG1 = f(\n  BUG2,\n)  # threadlint: ignore\nBUG3\n").left, (Texts{"BUG0", "BUG3"}));
}

TEST(Suppression, ACommentInsideAStatementCoversItsLine) {
  EXPECT_EQ(run("BUG1 = f(\n  BUG2,  # threadlint: ignore\n  BUG3)\n").left, (Texts{"BUG1", "BUG3"}));
}

TEST(Suppression, ACommentOnALineOfItsOwnCoversTheStatementBelow) {
  EXPECT_EQ(run("BUG0\n  # threadlint: ignore\n\nBUG1 = f(\n  BUG2)\nBUG3\n").left, (Texts{"BUG0", "BUG3"}));
}

TEST(Suppression, CommentsMayBeStacked) {
  const Outcome outcome =
      run("# threadlint: ignore[incomplete-initialization]\n# threadlint: ignore[early-ready-flag]\n# why\nBUG1\n");

  EXPECT_EQ(outcome.left, Texts{});
  EXPECT_EQ(outcome.unused, Texts{"`threadlint: ignore[early-ready-flag]` suppresses nothing"});
}

TEST(Suppression, AFileCommentCoversTheModuleFromAnywhere) {
  EXPECT_EQ(run("BUG1\nx  # threadlint: ignore-file\nBUG2\n").left, Texts{});
  EXPECT_EQ(run("BUG1\n# threadlint: ignore-file[incomplete-initialization]\n").left, Texts{});
  EXPECT_EQ(run("BUG1\n# threadlint: ignore-file[early-ready-flag]\n").left, Texts{"BUG1"});
}

TEST(Suppression, OnlyTheNamedRulesAreSilenced) {
  EXPECT_EQ(run("BUG1 # threadlint: ignore[early-ready-flag]\n").left, Texts{"BUG1"});
  EXPECT_EQ(run("BUG1 # threadlint: ignore[ early-ready-flag ,incomplete-initialization]\n").left, Texts{});
}

TEST(Suppression, SpacesAreFreeAndOtherToolsMayShareTheComment) {
  EXPECT_EQ(run("BUG1 #threadlint:ignore [incomplete-initialization] see #12\n").left, Texts{});
  EXPECT_EQ(run("BUG1 # noqa # threadlint: ignore[incomplete-initialization] # type: ignore\n").left, Texts{});
}

TEST(Suppression, WhatIsNotUnderstoodSilencesNothing) {
  for (const char* comment :
       {"# threadlint: ignored", "# threadlint: ignore[incomplete-initialization", "# threadlint: ignore[]",
        "# threadlint: disable", "# ignore", "# see threadlint: ignore"}) {
    EXPECT_EQ(run(std::string("BUG1 ") + comment + "\n").left, Texts{"BUG1"}) << comment;
  }
}

TEST(UnusedSuppression, ACommentBehindCodeIsRemovedWithTheSpaceBeforeIt) {
  const Outcome outcome = run("x = 1  # threadlint: ignore[early-ready-flag] because\r\ny\r\n");

  EXPECT_EQ(outcome.unused, Texts{"`threadlint: ignore[early-ready-flag]` suppresses nothing"});
  EXPECT_EQ(outcome.repaired, "x = 1\r\ny\r\n");
}

TEST(UnusedSuppression, ACommentAloneIsRemovedWithItsLine) {
  EXPECT_EQ(run("a\n  # threadlint: ignore\nb\n").repaired, "a\nb\n");
  EXPECT_EQ(run("a\r\n# threadlint: ignore-file\r\nb\r\n").repaired, "a\r\nb\r\n");
  EXPECT_EQ(run("a\n# threadlint: ignore").repaired, "a\n");
}

TEST(UnusedSuppression, OnlyTheUnusedNameIsRemoved) {
  const std::string used = "incomplete-initialization";

  EXPECT_EQ(run("BUG1 # threadlint: ignore[early-ready-flag, " + used + "] why\n").repaired,
            "BUG1 # threadlint: ignore[" + used + "] why\n");
  EXPECT_EQ(run("BUG1 # threadlint: ignore[" + used + ", early-ready-flag]\n").repaired,
            "BUG1 # threadlint: ignore[" + used + "]\n");
}

TEST(UnusedSuppression, OtherToolsCommentsStay) {
  EXPECT_EQ(run("x # noqa  # threadlint: ignore\n").repaired, "x # noqa\n");
  EXPECT_EQ(run("x # threadlint: ignore why  # noqa\n").repaired, "x # noqa\n");
  EXPECT_EQ(run("  # threadlint: ignore why  # noqa\n").repaired, "  # noqa\n");
}

TEST(UnusedSuppression, AMisspeltRuleIsNamed) {
  EXPECT_EQ(run("BUG1 # threadlint: ignore[incomplete-initialisation]\n").unused,
            Texts{"`threadlint: ignore[incomplete-initialisation]` suppresses nothing; no rule is named "
                  "`incomplete-initialisation`"});
}

TEST(UnusedSuppression, TheNearestCommentIsTheUsedOne) {
  EXPECT_EQ(run("# threadlint: ignore-file\nBUG1 # threadlint: ignore\n").unused,
            Texts{"`threadlint: ignore-file` suppresses nothing"});
  EXPECT_EQ(run("# threadlint: ignore\nBUG1 # threadlint: ignore[incomplete-initialization]\n").unused,
            Texts{"`threadlint: ignore` suppresses nothing"});
}

TEST(UnusedSuppression, RulesThatDoNotRunAreNotReported) {
  RuleSettings settings;
  settings.ignored = {"early-ready-flag"};

  EXPECT_EQ(run("x # threadlint: ignore[early-ready-flag]\n", "incomplete-initialization", settings).unused, Texts{});
  EXPECT_EQ(run("x # threadlint: ignore\n", "incomplete-initialization", settings).unused, Texts{});
}

TEST(UnusedSuppression, ItCanBeTurnedOffAndSilencedByName) {
  RuleSettings settings;
  settings.ignored = {"unused-suppression"};

  EXPECT_EQ(run("x # threadlint: ignore\n", "incomplete-initialization", settings).unused, Texts{});
  EXPECT_EQ(run("x # threadlint: ignore[early-ready-flag, unused-suppression]\n").unused, Texts{});
  EXPECT_EQ(run("# threadlint: ignore-file[unused-suppression]\nx # threadlint: ignore\n").unused, Texts{});
}

TEST(UnusedSuppression, ItsOwnNameCanBeUnused) {
  EXPECT_EQ(run("x # threadlint: ignore[unused-suppression]\n").unused,
            Texts{"`threadlint: ignore[unused-suppression]` suppresses nothing"});
}

TEST(UnusedSuppression, NothingIsSaidWhereCodeDoesNotParse) {
  const SourceText text("x # threadlint: ignore\n");
  auto facts = std::make_shared<ir::StatementFacts>(*statement_of(text).front().facts);
  facts->has_error = true;
  Suppressions suppressions = collect_suppressions(text, {{.begin = 0, .facts = facts}});

  EXPECT_TRUE(find_unused_suppressions(suppressions, {}).empty());
}

TEST(RuleSettings, SelectionIgnoringAndPreviewDecide) {
  const Rule& rule = *find_rule("early-ready-flag");
  Rule preview = rule;
  preview.info.is_preview = true;

  EXPECT_TRUE(is_enabled({}, rule));
  EXPECT_FALSE(is_enabled({}, preview));
  RuleSettings settings;
  settings.preview = true;
  EXPECT_TRUE(is_enabled(settings, preview));
  settings.selected = {"early-ready-flag"};
  EXPECT_TRUE(is_enabled(settings, rule));
  settings.ignored = {"early-ready-flag"};
  EXPECT_FALSE(is_enabled(settings, rule));
  settings = {};
  settings.selected = {"unused-suppression"};
  EXPECT_FALSE(is_enabled(settings, rule));
}

TEST(Registry, FindsEachRuleByItsName) {
  for (const Rule* rule : all_rules()) EXPECT_EQ(find_rule(rule->info.name), rule);
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
  EXPECT_TRUE(documentation_url(*all_rules().front()).ends_with("/analysis/rules/README.md#incomplete-initialization"));
}

}  // namespace
}  // namespace analysis
