// Carets stand under what they mark, whatever the line is made of.
#include "server/check/excerpt.h"

#include <gtest/gtest.h>

#include "server/workspace/character.h"

namespace server {
namespace {

analysis::TextRange range_of(std::string_view text, std::string_view part) {
  const auto begin = static_cast<std::uint32_t>(text.find(part));
  return {begin, begin + static_cast<std::uint32_t>(part.size())};
}

/// The line, and below it carets under `part`.
std::string marked(std::string_view line, std::string_view part) {
  const ShownLine shown = shown_line(line, range_of(line, part));
  return shown.text + "\n" + std::string(shown.mark_column, ' ') + std::string(shown.mark_width, '^');
}

TEST(Excerpt, TabsReachTheNextStop) {
  EXPECT_EQ(marked("\tx =\t1", "x ="), "    x = 1\n    ^^^");
  EXPECT_EQ(marked("ab\tcd", "cd"), "ab  cd\n    ^^");
  EXPECT_EQ(marked("a\tb", "\t"), "a   b\n ^^^");
}

TEST(Excerpt, WideCharactersCountTwice) {
  EXPECT_EQ(marked("s = '日本'; x", "x"), "s = '日本'; x\n            ^");
  EXPECT_EQ(marked("🐍 = x", "🐍"), "🐍 = x\n^^");
}

TEST(Excerpt, BytesOfOtherEncodingsKeepTheirPlace) {
  EXPECT_EQ(marked("s = '\xE9'; x", "x"), "s = '\uFFFD'; x\n         ^");
}

TEST(Excerpt, AnEmptyMarkGetsOneCaret) {
  EXPECT_EQ(shown_line("pass", {4, 4}).mark_column, 4U);
  EXPECT_EQ(shown_line("pass", {4, 4}).mark_width, 1U);
}

TEST(Excerpt, LongLinesAreCutAroundTheMark) {
  const std::string line = std::string(5000, 'a') + "target" + std::string(5000, 'b');

  const ShownLine shown = shown_line(line, range_of(line, "target"));

  EXPECT_LE(display_width(shown.text), line_width_limit + 6);
  EXPECT_EQ(shown.text.substr(shown.mark_column, shown.mark_width), "target");
}

TEST(Excerpt, AMarkThatIsTooLongEndsWithTheLine) {
  const std::string line(1000, 'a');

  const ShownLine shown = shown_line(line, {10, 1000});

  EXPECT_LE(shown.mark_column + shown.mark_width, shown.text.size());
}

TEST(Excerpt, ShowsTwoLinesAroundAndNoCarriageReturns) {
  const analysis::SourceText text("one\r\n\r\ndef f():\r\n\tx = 1\r\n\r\n\r\nlast\r\n");

  EXPECT_EQ(excerpt(text, range_of(text.bytes(), "x = 1"), /*gutter=*/2, {}, Ink::error),
            "   |\n"
            " 3 | def f():\n"
            " 4 |     x = 1\n"
            "   |     ^^^^^\n"
            "   |\n");
}

TEST(Excerpt, ARangeOfSeveralLinesIsMarkedInItsFirst) {
  const analysis::SourceText text("x = [\n    1,\n]\n");

  EXPECT_EQ(excerpt(text, {0, 14}, /*gutter=*/1, {}, Ink::error),
            "  |\n"
            "1 | x = [\n"
            "  | ^^^^^\n"
            "2 |     1,\n"
            "3 | ]\n"
            "  |\n");
}

}  // namespace
}  // namespace server
