// Where a comment that silences a finding is put, so that it works and breaks nothing.
#include "analysis/rules/add_suppression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/rules/rule.h"

namespace analysis {
namespace {

std::vector<Finding> problems(const ModuleFacts& module) { return find_problems(module, {}, {}); }

ModuleFacts module_of(const std::string& text) { return examine_module("counter", make_source_text(text)); }

/// The text after "Ignore … on this line" and after "… in this file" for its first finding that is more than a hint. A
/// failure of the running test unless both silence that finding and nothing else changes.
struct Suppressed {
  std::string line;
  std::string file;
};

std::string applied(const std::string& text, const ModuleFacts& module, const Fix& fix) {
  const std::string edited = apply_edits(text, fix.edits).value_or("the edits overlap");
  const auto before = problems(module).size();
  EXPECT_EQ(problems(module_of(edited)).size() + 1, before) << edited;
  return edited;
}

RepairOffer offer_everywhere(const ModuleFacts& module) {
  const TextRange all{0, static_cast<std::uint32_t>(module.text->bytes().size())};
  return offer_repairs(module, problems(module), {.range = all, .wants_suppressions = true}, {}, {});
}

Suppressed suppressed(const std::string& text) {
  const ModuleFacts module = module_of(text);
  const RepairOffer offer = offer_everywhere(module);
  const auto finding =
      std::ranges::find_if(offer.findings, [](const Finding& it) { return it.severity != Severity::hint; });
  if (finding == offer.findings.end()) {
    ADD_FAILURE() << "no finding in\n" << text;
    return {};
  }
  const std::vector<Fix>& fixes = offer.suppressions.at(static_cast<std::size_t>(finding - offer.findings.begin()));
  if (fixes.size() != 2) {
    ADD_FAILURE() << fixes.size() << " suppressions for\n" << text;
    return {};
  }
  EXPECT_EQ(fixes[0].title, "Ignore `unlocked-update` on this line");
  EXPECT_EQ(fixes[1].title, "Ignore `unlocked-update` in this file");
  return {applied(text, module, fixes[0]), applied(text, module, fixes[1])};
}

/// `statement` of a function that changes the global `hits`.
std::string counting(const std::string& statement) {
  return "hits = 0\n\ndef hit(seen):\n    global hits\n" + statement;
}

TEST(AddSuppression, GoesToTheEndOfTheLine) {
  EXPECT_EQ(suppressed(counting("    hits += 1\n")).line,
            counting("    hits += 1  # threadlint: ignore[unlocked-update]\n"));
}

TEST(AddSuppression, NeedsNoLineEnding) {
  EXPECT_EQ(suppressed(counting("    hits += 1")).line,
            counting("    hits += 1  # threadlint: ignore[unlocked-update]"));
}

TEST(AddSuppression, TakesThePlaceOfSpacesAtTheEnd) {
  EXPECT_EQ(suppressed(counting("    hits += 1 \t \n")).line,
            counting("    hits += 1  # threadlint: ignore[unlocked-update]\n"));
}

TEST(AddSuppression, KeepsTheLineEndingsOfTheFile) {
  const std::string text = "hits = 0\r\n\r\ndef hit():\r\n\tglobal hits\r\n\thits += 1\r\n";
  const Suppressed after = suppressed(text);
  EXPECT_EQ(after.line,
            "hits = 0\r\n\r\ndef hit():\r\n\tglobal hits\r\n\thits += 1  # threadlint: ignore[unlocked-update]\r\n");
  EXPECT_EQ(after.file, "# threadlint: ignore-file[unlocked-update]\r\n" + text);
}

TEST(AddSuppression, StandsBehindOtherComments) {
  EXPECT_EQ(suppressed(counting("    hits += 1  # noqa: \xC3\xA9\xF0\x9F\x90\x8D\n")).line,
            counting("    hits += 1  # noqa: \xC3\xA9\xF0\x9F\x90\x8D  # threadlint: ignore[unlocked-update]\n"));
}

TEST(AddSuppression, JoinsACommentOfOurs) {
  const std::string text = counting("    hits += 1  # threadlint: ignore[ no-such-rule ] on purpose  # noqa\n");
  EXPECT_EQ(suppressed(text).line,
            counting("    hits += 1  # threadlint: ignore[ no-such-rule, unlocked-update ] on purpose  # noqa\n"));
}

TEST(AddSuppression, JoinsACommentAboveTheStatement) {
  const std::string text = counting("    # threadlint: ignore[lost-append]\n    hits += 1\n");
  EXPECT_EQ(suppressed(text).line, counting("    # threadlint: ignore[lost-append, unlocked-update]\n    hits += 1\n"));
}

TEST(AddSuppression, AvoidsACommentOfOursThatIsBroken) {
  EXPECT_EQ(suppressed(counting("\thits += 1  # threadlint: ignore[\n")).line,
            counting("\t# threadlint: ignore[unlocked-update]\n\thits += 1  # threadlint: ignore[\n"));
}

TEST(AddSuppression, StandsInBracketsThatAreOpen) {
  EXPECT_EQ(suppressed(counting("    hits += sum([\n        1,\n    ])\n")).line,
            counting("    hits += sum([  # threadlint: ignore[unlocked-update]\n        1,\n    ])\n"));
}

TEST(AddSuppression, WaitsForTheEndOfAString) {
  EXPECT_EQ(suppressed(counting("    hits += len(\"\"\"one # two\nthree\"\"\")\n")).line,
            counting("    hits += len(\"\"\"one # two\nthree\"\"\")  # threadlint: ignore[unlocked-update]\n"));
}

TEST(AddSuppression, WaitsForTheEndOfALineThatIsCarriedOn) {
  EXPECT_EQ(suppressed(counting("    hits += \\\n        1\n")).line,
            counting("    hits += \\\n        1  # threadlint: ignore[unlocked-update]\n"));
  EXPECT_EQ(suppressed("hits = 0\r\n\r\ndef hit():\r\n    global hits\r\n    hits += \\\r\n        1\r\n").line,
            "hits = 0\r\n\r\ndef hit():\r\n    global hits\r\n    hits += \\\r\n"
            "        1  # threadlint: ignore[unlocked-update]\r\n");
}

TEST(AddSuppression, StandsBehindAStatementOnALineWithOthers) {
  EXPECT_EQ(suppressed(counting("    if seen: hits += 1; return\n")).line,
            counting("    if seen: hits += 1; return  # threadlint: ignore[unlocked-update]\n"));
}

TEST(AddSuppression, BeginsAFile) {
  const std::string text = counting("    hits += 1\n");
  EXPECT_EQ(suppressed(text).file, "# threadlint: ignore-file[unlocked-update]\n" + text);
  EXPECT_EQ(suppressed("\"\"\"Counts.\"\"\"\n" + text).file,
            "# threadlint: ignore-file[unlocked-update]\n\"\"\"Counts.\"\"\"\n" + text);
}

TEST(AddSuppression, LeavesTheFirstLinesToThoseWhoNeedThem) {
  const std::string text = counting("    hits += 1\n");
  const std::string comment = "# threadlint: ignore-file[unlocked-update]\n";
  EXPECT_EQ(suppressed("#!/usr/bin/python3\n" + text).file, "#!/usr/bin/python3\n" + comment + text);
  EXPECT_EQ(suppressed("#!/usr/bin/python3\n# -*- coding: utf-8 -*-\n# Ours.\n" + text).file,
            "#!/usr/bin/python3\n# -*- coding: utf-8 -*-\n" + comment + "# Ours.\n" + text);
  EXPECT_EQ(suppressed("# vim: set fileencoding=utf-8\n" + text).file,
            "# vim: set fileencoding=utf-8\n" + comment + text);
  EXPECT_EQ(suppressed("\xEF\xBB\xBF" + text).file, "\xEF\xBB\xBF" + comment + text);
}

TEST(AddSuppression, JoinsACommentForTheFile) {
  const std::string text = counting("    hits += 1\n# threadlint: ignore-file[lost-append]\n");
  EXPECT_EQ(suppressed(text).file,
            counting("    hits += 1\n# threadlint: ignore-file[lost-append, unlocked-update]\n"));
}

TEST(AddSuppression, IsNotOfferedForACommentThatSuppressesNothing) {
  const ModuleFacts module = module_of("x = 1  # threadlint: ignore[lost-append]\n");
  const RepairOffer offer = offer_everywhere(module);
  ASSERT_EQ(offer.findings.size(), 1U);
  ASSERT_EQ(offer.findings[0].rule->info.name, "unused-suppression");
  EXPECT_TRUE(offer.suppressions.at(0).empty());
}

}  // namespace
}  // namespace analysis
