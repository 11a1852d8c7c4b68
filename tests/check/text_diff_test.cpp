// Differences as `patch` reads them.
#include "server/check/text_diff.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(TextDiff, EqualTextsHaveNone) { EXPECT_EQ(unified_diff("a.py", "x\n", "x\n", {}), ""); }

TEST(TextDiff, ShowsThreeLinesAroundAChange) {
  EXPECT_EQ(unified_diff("a.py", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", {}),
            "--- a.py\n+++ a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(TextDiff, KeepsCarriageReturns) {
  EXPECT_EQ(unified_diff("a.py", "x\r\n", "y\r\n", {}), "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\r\n+y\r\n");
}

TEST(TextDiff, SaysThatTheLastLineHasNoNewline) {
  EXPECT_EQ(unified_diff("a.py", "x", "y\n", {}),
            "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n");
}

TEST(TextDiff, RowsAreThoseOfTheTextThatHasTheLine) {
  const std::vector<DiffHunk> hunks = difference("a\nb\nc\n", "a\nx\ny\nc\n", /*context=*/1);

  ASSERT_EQ(hunks.size(), 1U);
  std::vector<std::size_t> rows;
  for (const DiffLine& line : hunks[0].lines) rows.push_back(line.row);
  EXPECT_EQ(rows, (std::vector<std::size_t>{1, 2, 2, 3, 4}));
}

void expect_edits(std::string_view before, std::string_view after, std::size_t count) {
  const std::vector<analysis::TextEdit> edits = edits_between(before, after);
  EXPECT_EQ(edits.size(), count) << after;
  EXPECT_EQ(analysis::apply_edits(before, edits), after);
}

TEST(TextDiff, GivesTheEditsBetweenTwoTexts) {
  expect_edits("a\nb\nc\n", "a\nb\nc\n", 0);
  expect_edits("a\nb\nc\nd\n", "x\nb\nc\ny\nz\n", 2);
  expect_edits("a\r\nb\r\n", "a\r\n\xC3\xA9\xF0\x9F\x90\x8D\r\nb\r\n", 1);
  expect_edits("a\nb", "a\nb\nc", 1);
  expect_edits("a\nb\nc", "a\nc", 1);
  expect_edits("", "a", 1);
  expect_edits("a\n", "", 1);
}

}  // namespace
}  // namespace server
