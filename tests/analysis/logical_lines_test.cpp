// Logical lines: what belongs together.
#include "analysis/syntax/logical_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace analysis {
namespace {

std::vector<std::string> texts(std::string_view code) {
  std::vector<std::string> result;
  for (const TextRange line : logical_lines(code)) result.emplace_back(code.substr(line.begin, line.size()));
  return result;
}

using Lines = std::vector<std::string>;

TEST(LogicalLines, EndWithTheirLine) { EXPECT_EQ(texts("a = 1\n  b\r\nc\rd"), (Lines{"a = 1", "b", "c", "d"})); }

TEST(LogicalLines, LeaveOutCommentsAndEmptyLines) { EXPECT_EQ(texts("# x\n\na  # (\n \nb\n#"), (Lines{"a", "b"})); }

TEST(LogicalLines, GoOnInBrackets) {
  EXPECT_EQ(texts("f(\n  1,  # ]\n  [2\n])\nb"), (Lines{"f(\n  1,  # ]\n  [2\n])", "b"}));
}

TEST(LogicalLines, GoOnAfterABackslash) {
  EXPECT_EQ(texts("a = \\\n  1\nb = \\\r\n  2\n"), (Lines{"a = \\\n  1", "b = \\\r\n  2"}));
}

TEST(LogicalLines, GoOnInStringsWithThreeQuotes) {
  EXPECT_EQ(texts("a = '''\n\"# ( \\''' '\n''' + 1\nb"), (Lines{"a = '''\n\"# ( \\''' '\n''' + 1", "b"}));
}

TEST(LogicalLines, BracketsAndSignsInStringsAreText) {
  EXPECT_EQ(texts("a = '(#\\'('\nb = \"'[\"\n"), (Lines{"a = '(#\\'('", "b = \"'[\""}));
}

TEST(LogicalLines, AnUnclosedQuoteEndsWithItsLine) { EXPECT_EQ(texts("a = 'x\nb"), (Lines{"a = 'x", "b"})); }

TEST(LogicalLines, AClosingBracketTooManyChangesNothing) { EXPECT_EQ(texts("a)\nb\n"), (Lines{"a)", "b"})); }

TEST(LogicalLines, HalfTypedCodeIsOneLine) {
  EXPECT_EQ(texts("f(\nb\n"), (Lines{"f(\nb"}));
  EXPECT_EQ(texts("'''\nb\\"), (Lines{"'''\nb\\"}));
  EXPECT_EQ(texts("a\\"), (Lines{"a\\"}));
}

}  // namespace
}  // namespace analysis
