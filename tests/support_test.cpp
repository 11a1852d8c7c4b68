// The reader of pages and marks: what all page tests stand on.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/expectation.h"
#include "tests/support/markdown_page.h"
#include "tests/support/markers.h"

namespace tests {
namespace {

std::filesystem::path write_page(const std::string& text) {
  const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / (name + ".md");
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(MarkdownPage, ReadsHeadingsAndTheBlocksUnderThem) {
  const Page page =
      read_page(write_page("# title\n\ntext\n\n## First\n\n```python\na\n\nb\n```\n\n## Second\n```json\n{}\n```\n"));

  EXPECT_EQ(page.title, "title");
  ASSERT_EQ(page.sections.size(), 2u);
  EXPECT_EQ(page.sections[0].heading, "First");
  EXPECT_EQ(page.sections[0].line, 5u);
  EXPECT_EQ(
      page.sections[0].blocks,
      (std::vector<Block>{{.language = "python", .tags = {}, .text = "a\n\nb\n", .line = 8, .path = "module.py"}}));
  EXPECT_EQ(page.sections[1].blocks,
            (std::vector<Block>{{.language = "json", .tags = {}, .text = "{}\n", .line = 15, .path = "module.py"}}));
}

TEST(MarkdownPage, APathNamesOnlyTheNextBlock) {
  const Page page = read_page(write_page("## A\n`a/b.py`:\n\n```python\n```\n```python\n```\n"));

  ASSERT_EQ(page.sections[0].blocks.size(), 2u);
  EXPECT_EQ(page.sections[0].blocks[0].path, "a/b.py");
  EXPECT_EQ(page.sections[0].blocks[1].path, "module.py");
}

TEST(MarkdownPage, WordsAfterTheLanguageAreTags) {
  const Page page = read_page(write_page("## A\n```python fixed other\n```\n"));

  EXPECT_TRUE(has_tag(page.sections[0].blocks[0], "fixed"));
  EXPECT_TRUE(has_tag(page.sections[0].blocks[0], "other"));
  EXPECT_FALSE(has_tag(page.sections[0].blocks[0], "python"));
}

TEST(MarkdownPage, ALongerFenceHoldsAShorterOneAndHeadings) {
  const Page page = read_page(write_page("## A\n````markdown\n## not a heading\n```python\n```\n````\n"));

  ASSERT_EQ(page.sections.size(), 1u);
  ASSERT_EQ(page.sections[0].blocks.size(), 1u);
  EXPECT_EQ(page.sections[0].blocks[0].text, "## not a heading\n```python\n```\n");
}

TEST(MarkdownPage, AFileThatIsNotThereHasNoSections) { EXPECT_TRUE(read_page("/nowhere/page.md").sections.empty()); }

constexpr std::string_view counter = R"py(def count():
    hits += 1
#   ^^^^^^^^^ compound-update: read and written
#   ^^^^ hint[other]
hits = 0
#^^^ error[third]
)py";

TEST(Markers, CaretsMarkTheLineAboveThemAndAreStripped) {
  const MarkedText marked = read_marks(counter);

  EXPECT_EQ(marked.text, "def count():\n    hits += 1\nhits = 0\n");
  EXPECT_EQ(marked.marks, (std::vector<Mark>{{2, 5, 14, "", "compound-update", "read and written"},
                                             {2, 5, 9, "hint", "other", ""},
                                             {3, 1, 5, "error", "third", ""}}));
}

TEST(Markers, OtherCommentsAreCode) {
  const std::string_view code = "x = 1  # ^^^ no\n# a ^ b\n#\n";

  EXPECT_EQ(read_marks(code).text, code);
  EXPECT_TRUE(read_marks(code).marks.empty());
}

TEST(Markers, AMarkWithoutARuleAgreesWithNothing) {
  const MarkedText marked = read_marks("x = 1\n#^^^^\n");

  ASSERT_EQ(marked.marks.size(), 1u);
  EXPECT_FALSE(agrees(marked.marks[0], {1, 1, 6, "error", "", ""}));
}

TEST(Markers, AFindingAgreesIfItsMessageHasTheText) {
  const Mark seen{2, 5, 14, "warning", "compound-update", "`hits` is read and written in two steps"};

  EXPECT_TRUE(agrees({2, 5, 14, "", "compound-update", "read and written"}, seen));
  EXPECT_TRUE(agrees({2, 5, 14, "warning", "compound-update", ""}, seen));
  EXPECT_FALSE(agrees({2, 5, 14, "error", "compound-update", ""}, seen));
  EXPECT_FALSE(agrees({2, 5, 14, "", "compound-update", "lost"}, seen));
  EXPECT_FALSE(agrees({2, 5, 13, "", "compound-update", ""}, seen));
  EXPECT_FALSE(agrees({1, 5, 14, "", "compound-update", ""}, seen));
}

TEST(Markers, WhatHoldsKeepsItsSpelling) {
  const std::vector<Mark> seen{{3, 1, 5, "error", "third", "t"},
                               {2, 5, 9, "hint", "other", "o"},
                               {2, 5, 14, "warning", "compound-update", "read and written"}};

  EXPECT_EQ(with_marks(counter, seen), counter);
}

TEST(Markers, MarksThatDoNotHoldAreReplaced) {
  EXPECT_EQ(
      with_marks("a = 1\n#^^^^ gone\n  b = 2\n", {{1, 1, 6, "error", "come", "text"}, {2, 3, 4, "hint", "also", "t"}}),
      "a = 1\n#^^^^ error[come]: text\n  b = 2\n# ^ hint[also]: t\n");
}

TEST(Markers, WhatIsWrittenIsReadBack) {
  const std::vector<Mark> seen{{1, 1, 4, "error", "a", "text"}, {1, 5, 6, "hint", "b", "more: text"}};

  EXPECT_EQ(read_marks(with_marks("abcdef\n", seen)).marks, seen);
}

TEST(Expectation, ShowsWhichLinesDiffer) {
  EXPECT_EQ(line_difference("a\nb\nc\n", "a\nx\nc\nd\n"), "  a\n- b\n+ x\n  c\n+ d\n");
  EXPECT_EQ(line_difference("a\n", "a\n"), "");
}

TEST(Expectation, FailsWhereTextsDiffer) {
  ::unsetenv("UPDATE_EXPECTATIONS");
  static const Page page =  // static: the macro below puts its statement into a function of its own
      read_page(write_page("## A\n```python\na\n```\n"));

  EXPECT_NONFATAL_FAILURE(expect_block(page, page.sections[0], page.sections[0].blocks[0], "b\n", "the result"),
                          "- a\n+ b\n");
}

TEST(Expectation, RewritesBlocksThatMovedMeanwhile) {
  const Page page = read_page(write_page("## A\n```python\na\n```\n```python\nb\n```\n\n## B\n"));

  ::setenv("UPDATE_EXPECTATIONS", "1", /*overwrite=*/1);
  expect_block(page, page.sections[0], page.sections[0].blocks[0], "a\n# one more line\n", "the result");
  expect_block(page, page.sections[0], page.sections[0].blocks[1], "c\n", "the result");
  ::unsetenv("UPDATE_EXPECTATIONS");

  std::ostringstream bytes;
  bytes << std::ifstream(page.path, std::ios::binary).rdbuf();
  EXPECT_EQ(bytes.str(), "## A\n```python\na\n# one more line\n```\n```python\nc\n```\n\n## B\n");
}

}  // namespace
}  // namespace tests
