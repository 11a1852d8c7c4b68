// The reader of pages and marks: what all page tests stand on.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/markdown_page.h"

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

}  // namespace
}  // namespace tests
