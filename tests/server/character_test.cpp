// Characters as terminals draw them.
#include "server/workspace/character.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(Character, WideAndNarrowOnesAreToldApart) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("🐍"), 2U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // a combining accent
  EXPECT_EQ(display_width("ﬀ한"), 3U);
}

TEST(Character, SourceCannotCommandTheTerminal) {
  EXPECT_EQ(displayable("a\x1b[31mb\f"), "a␛[31mb␌");
  EXPECT_EQ(displayable("a\u202Eb"), "a\uFFFDb");
  EXPECT_EQ(displayable("\x7F\u0085"), "␡\uFFFD");
}

TEST(Character, BytesThatAreNotUtf8AreReplacedOneByOne) {
  EXPECT_EQ(displayable("a\xE9z"), "a\uFFFDz");
  EXPECT_EQ(displayable("\xE6\x97"), "\uFFFD\uFFFD");
  EXPECT_EQ(display_width("\xC3\x28"), 2U);
}

TEST(Character, FirstInvalidFindsOverlongFormsAndSurrogates) {
  EXPECT_EQ(first_invalid("all is well: é 日 🐍"), std::string_view::npos);
  EXPECT_EQ(first_invalid("eight by\xC0\xAF"), 8U);
  EXPECT_EQ(first_invalid("x\xED\xA0\x80"), 1U);
  EXPECT_EQ(first_invalid("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(first_invalid("cut \xF0\x9F\x90"), 4U);
}

}  // namespace
}  // namespace server
