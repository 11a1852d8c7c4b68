// A text after changes in place is the text that a string would be.
#include "analysis/text/text_draft.h"

#include <gtest/gtest.h>

#include <random>

namespace analysis {
namespace {

void expect_same(const TextDraft& draft, const std::string& text) {
  const SourceText fresh(text);
  ASSERT_EQ(draft.bytes(), text);
  for (std::uint32_t line = 0; line <= fresh.lines().line_count(); ++line) {
    for (std::uint32_t column = 0; column < 4; ++column) {
      ASSERT_EQ(draft.offset_of({line, column}, ColumnUnit::utf16), fresh.offset_of({line, column}, ColumnUnit::utf16))
          << testing::PrintToString(text) << ' ' << line << ':' << column;
    }
  }
}

TEST(TextDraft, FollowsChangesWhetherItsTextIsAskedForOrNot) {
  std::mt19937 random(11);
  const auto any_text = [&](std::size_t most) {
    std::string text;
    for (std::size_t size = random() % (most + 1); text.size() < size;) text += "\r\nab\n\r"[random() % 6];
    return text;
  };
  std::string text = "a\r\nb\n";
  TextDraft draft(make_source_text(text));
  for (int i = 0; i < 5'000; ++i) {
    const std::size_t begin = random() % (text.size() + 1);
    const std::size_t size = random() % (std::min<std::size_t>(text.size() - begin, 6) + 1);
    const std::string replacement = any_text(6);
    text.replace(begin, size, replacement);
    draft.replace({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + size)}, replacement);
    ASSERT_NO_FATAL_FAILURE(expect_same(draft, text));
    if (random() % 3 != 0) continue;
    EXPECT_EQ(draft.text()->bytes(), text);
    EXPECT_EQ(draft.text()->digest(), SourceText(text).digest());
    ASSERT_NO_FATAL_FAILURE(expect_same(draft, text));
  }
}

TEST(TextDraft, GivesTheSameTextUntilItChanges) {
  TextDraft draft(make_source_text("ab"));
  const auto before = draft.text();

  draft.replace({1, 1}, "\n");
  const auto after = draft.text();

  EXPECT_EQ(before->bytes(), "ab");
  EXPECT_EQ(after->bytes(), "a\nb");
  EXPECT_EQ(draft.text(), after);
  EXPECT_EQ(after->lines().line_count(), 2U);
}

}  // namespace
}  // namespace analysis
