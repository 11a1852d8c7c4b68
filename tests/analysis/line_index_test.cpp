// Lines and columns in all three units.
#include "analysis/text/line_index.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "analysis/text/text_draft.h"

namespace analysis {
namespace {

using enum ColumnUnit;

TEST(LineIndex, GivesAnEmptyTextOneLine) {
  const LineIndex index("");
  EXPECT_EQ(index.line_count(), 1U);
  EXPECT_EQ(index.locate("", 0, utf16), (LineColumn{0, 0}));
  EXPECT_EQ(index.line_range("", 0), (TextRange{0, 0}));
}

TEST(LineIndex, EndsLinesAsLspDoes) {
  const std::string_view text = "a\nb\r\nc\rd\n\r\n";
  const LineIndex index(text);
  EXPECT_EQ(index.line_count(), 6U);
  EXPECT_EQ(index.line_range(text, 0), (TextRange{0, 1}));
  EXPECT_EQ(index.line_range(text, 1), (TextRange{2, 3}));
  EXPECT_EQ(index.line_range(text, 2), (TextRange{5, 6}));
  EXPECT_EQ(index.line_range(text, 3), (TextRange{7, 8}));
  EXPECT_EQ(index.line_range(text, 4), (TextRange{9, 9}));
  EXPECT_EQ(index.line_range(text, 5), (TextRange{11, 11}));
}

TEST(LineIndex, CountsReturnsBeforeANewlineOnce) {
  const std::string_view text = "\r\r\n\n\r";
  const LineIndex index(text);
  EXPECT_EQ(index.line_count(), 5U);
  EXPECT_EQ(index.line_of(0), 0U);
  EXPECT_EQ(index.line_of(1), 1U);
  EXPECT_EQ(index.line_of(2), 1U);
  EXPECT_EQ(index.line_of(3), 2U);
  EXPECT_EQ(index.line_of(4), 3U);
  EXPECT_EQ(index.line_of(5), 4U);
}

TEST(LineIndex, GivesLinesPastTheEndNothing) {
  const std::string_view text = "ab\n";
  const LineIndex index(text);
  EXPECT_EQ(index.line_range(text, 7), (TextRange{3, 3}));
  EXPECT_EQ(index.offset_of(text, {7, 0}, utf16), 3U);
  EXPECT_EQ(index.locate(text, 99, utf16), (LineColumn{1, 0}));
}

TEST(LineIndex, CountsASnakeAsTwoUtf16Units) {
  const std::string_view text = "a\n🐍x = 1\n";
  const LineIndex index(text);
  EXPECT_EQ(index.locate(text, 6, utf8), (LineColumn{1, 4}));
  EXPECT_EQ(index.locate(text, 6, utf16), (LineColumn{1, 2}));
  EXPECT_EQ(index.locate(text, 6, utf32), (LineColumn{1, 1}));
}

TEST(LineIndex, CountsAnAccentAsOneUnitOfUtf16) {
  const std::string_view text = "\té = x";
  const LineIndex index(text);
  EXPECT_EQ(index.locate(text, 3, utf8), (LineColumn{0, 3}));
  EXPECT_EQ(index.locate(text, 3, utf16), (LineColumn{0, 2}));
  EXPECT_EQ(index.locate(text, 3, utf32), (LineColumn{0, 2}));
}

TEST(LineIndex, CountsAByteOrderMarkAsACharacter) {
  const std::string_view text = "\xEF\xBB\xBFx";
  const LineIndex index(text);
  EXPECT_EQ(index.locate(text, 3, utf8), (LineColumn{0, 3}));
  EXPECT_EQ(index.locate(text, 3, utf16), (LineColumn{0, 1}));
  EXPECT_EQ(index.offset_of(text, {0, 1}, utf32), 3U);
}

TEST(LineIndex, CountsBrokenBytesOneByOne) {
  // A lone continuation, an overlong form, a surrogate, a value above U+10FFFF, a character that is cut off.
  for (const std::string_view text :
       {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xF0\x9F\x90"}) {
    const LineIndex index(text);
    const auto size = static_cast<std::uint32_t>(text.size());
    for (const ColumnUnit unit : {utf8, utf16, utf32}) {
      EXPECT_EQ(index.locate(text, size, unit), (LineColumn{0, size})) << text.size();
      EXPECT_EQ(index.offset_of(text, {0, size}, unit), size);
    }
  }
}

TEST(LineIndex, TakesPlacesInsideACharacterToItsStart) {
  const std::string_view text = "x🐍y";
  const LineIndex index(text);
  EXPECT_EQ(index.offset_of(text, {0, 2}, utf16), 1U);
  EXPECT_EQ(index.offset_of(text, {0, 3}, utf8), 1U);
  EXPECT_EQ(index.locate(text, 3, utf16), (LineColumn{0, 1}));
}

TEST(LineIndex, TakesColumnsPastTheLineToItsEnd) {
  const std::string_view text = "ab\r\ncd";
  const LineIndex index(text);
  EXPECT_EQ(index.offset_of(text, {0, 9}, utf16), 2U);
  EXPECT_EQ(index.offset_of(text, {1, 9}, utf16), 6U);
}

TEST(LineIndex, FindsBackEveryCharacter) {
  const std::string_view pieces[] = {"a", "\n", "\r\n", "\r", "é", "€", "🐍", "\t", "\xFF", "\xEF\xBB\xBF"};
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::vector<std::uint32_t> starts;
    for (int i = 0; i < 20; ++i) {
      const std::string_view piece = pieces[random() % std::size(pieces)];
      const bool joins_newline = piece == "\n" && text.ends_with('\r');
      if (!joins_newline) starts.push_back(static_cast<std::uint32_t>(text.size()));
      text += piece;
    }
    const LineIndex index(text);
    for (const ColumnUnit unit : {utf8, utf16, utf32}) {
      for (const std::uint32_t start : starts)
        EXPECT_EQ(index.offset_of(text, index.locate(text, start, unit), unit), start);
    }
  }
}

TEST(LineIndex, IsTheSameAfterAnEditAsFromNothing) {
  std::mt19937 random(7);
  const auto any_text = [&](std::size_t most) {
    std::string text;
    for (std::size_t size = random() % (most + 1); text.size() < size;) text += "\r\nab\n\r"[random() % 6];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = any_text(12);
    const auto begin = static_cast<std::uint32_t>(random() % (before.size() + 1));
    const auto end = begin + static_cast<std::uint32_t>(random() % (before.size() - begin + 1));
    const std::string replacement = any_text(4);
    std::string after = before;
    after.replace(begin, end - begin, replacement);
    TextDraft draft(make_source_text(before));
    draft.replace({begin, end}, replacement);
    const SourceText& edited = *draft.text();
    ASSERT_EQ(edited.bytes(), after);
    ASSERT_EQ(edited.digest(), SourceText(after).digest());
    const LineIndex fresh(after);
    ASSERT_EQ(edited.lines().line_count(), fresh.line_count())
        << testing::PrintToString(before) << " " << begin << "-" << end << " " << testing::PrintToString(replacement);
    for (std::uint32_t line = 0; line < fresh.line_count(); ++line) {
      ASSERT_EQ(edited.lines().line_range(after, line), fresh.line_range(after, line))
          << testing::PrintToString(before) << " " << begin << "-" << end << " " << testing::PrintToString(replacement);
    }
  }
}

}  // namespace
}  // namespace analysis
