// Places of a notebook's module in its cells, and the lines that only IPython understands.
#include "server/workspace/notebook.h"

#include <gmock/gmock.h>

#include "server/workspace/magic.h"

namespace {

using server::mask_magic;
using server::Notebook;
using server::NotebookCell;
using testing::ElementsAre;

constexpr auto unit = analysis::ColumnUnit::utf16;

Notebook notebook_of(const std::vector<std::string>& texts) {
  Notebook notebook{.uri = "n", .cells = {}, .module = {}};
  for (const std::string& text : texts) {
    notebook.cells.push_back({.uri = std::string(1, static_cast<char>('a' + notebook.cells.size())),
                              .is_code = true,
                              .is_python = true,
                              .version = 1,
                              .text = analysis::make_source_text(text)});
  }
  notebook.module = make_module(notebook.cells);
  return notebook;
}

TEST(NotebookModule, HasAnEmptyLineAfterEachCell) {
  EXPECT_EQ(notebook_of({"a = 1", "b = 2\n", "", "c = 3\r\nd = 4"}).module.text,
            "a = 1\n\nb = 2\n\n\n\nc = 3\r\nd = 4\n\n");
}

TEST(NotebookModule, LeadsEveryPlaceOfACellThereAndBack) {
  const Notebook notebook = notebook_of({"a = 1", "b\nb\n", "", "c\r\nd"});
  for (const NotebookCell& cell : notebook.cells) {
    const std::int64_t first = *first_line_of(notebook, cell.uri);
    const auto size = static_cast<std::uint32_t>(cell.text->bytes().size());
    for (std::uint32_t offset = 0; offset <= size; ++offset) {
      if (0 < offset && cell.text->bytes().substr(offset - 1, 2) == "\r\n") continue;
      const analysis::LineColumn place = cell.text->locate(offset, unit);
      const protocol::Position in_module{first + place.line, place.column};
      const auto back = to_cell(notebook, protocol::Range{in_module, in_module}, unit);
      ASSERT_TRUE(back);
      EXPECT_EQ(back->cell->uri, cell.uri);
      EXPECT_EQ(back->range.start, (protocol::Position{place.line, place.column}));
    }
  }
}

TEST(NotebookModule, EndsRangesWithTheirCell) {
  const Notebook notebook = notebook_of({"a = 1\nb", "c = 2"});
  const auto place = to_cell(notebook, protocol::Range{{1, 0}, {3, 2}}, unit);
  EXPECT_EQ(place->cell->uri, "a");
  EXPECT_EQ(place->range, (protocol::Range{{1, 0}, {1, 1}}));
  EXPECT_FALSE(to_cell(notebook, protocol::Range{{99, 0}, {99, 0}}, unit));
}

TEST(NotebookModule, InsertsBehindTheLastLineOfACell) {
  const Notebook notebook = notebook_of({"def f():\n    pass", "c = 2"});
  const auto edit = to_cell(notebook, protocol::TextEdit{{{2, 0}, {2, 0}}, "    more()\n"}, unit);
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->cell->uri, "a");
  EXPECT_EQ(edit->edit.range, (protocol::Range{{1, 8}, {1, 8}}));
  EXPECT_EQ(edit->edit.new_text, "\n    more()");
}

TEST(NotebookModule, ReplacesTheLastLineOfACell) {
  const Notebook notebook = notebook_of({"a = 1\nb = 2", "c = 2"});
  const auto edit = to_cell(notebook, protocol::TextEdit{{{1, 0}, {2, 0}}, "b = 3\n"}, unit);
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->edit.range, (protocol::Range{{1, 0}, {1, 5}}));
  EXPECT_EQ(edit->edit.new_text, "b = 3");
}

TEST(NotebookModule, RefusesEditsOfTwoCellsAndOfMaskedLines) {
  const Notebook notebook = notebook_of({"a = 1\n%ls\nb = 2", "c = 2"});
  const auto can = [&](protocol::Range range) {
    return to_cell(notebook, protocol::TextEdit{range, "x"}, unit).has_value();
  };
  EXPECT_FALSE(can({{2, 0}, {4, 0}}));
  EXPECT_FALSE(can({{0, 0}, {2, 0}}));
  EXPECT_FALSE(can({{1, 1}, {1, 1}}));
  EXPECT_TRUE(can({{1, 0}, {1, 0}}));
  EXPECT_TRUE(can({{2, 0}, {2, 5}}));
  EXPECT_TRUE(can({{0, 0}, {1, 0}}));
}

TEST(Magic, BecomesStatementsOfEqualLength) {
  for (const auto& [cell, masked] :
       std::vector<std::pair<std::string, std::string>>{{"%run x", "0     "},
                                                        {"  !ls", "  0  "},
                                                        {"if x:\n    !ls\n", "if x:\n    0  \n"},
                                                        {"files = !ls *.py\r\ny", "files = 0       \r\ny"},
                                                        {"took = %timeit f()", "took = 0          "},
                                                        {"a.b?", "0   "},
                                                        {"?a", "0 "},
                                                        {"*open*??", "0       "},
                                                        {"!ls \\\n  more\nx", "0    \n      \nx"},
                                                        {"%%html\n<a>\n", "      \n   \n"},
                                                        {"%%time\nx = 1", "0     \nx = 1"}}) {
    EXPECT_EQ(mask_magic(cell).text, masked) << cell;
    EXPECT_EQ(mask_magic(cell).text.size(), cell.size()) << cell;
  }
}

TEST(Magic, IsNotSeenInPython) {
  for (const std::string cell :
       {"x = (a\n     % b)", "s = '''\n%s\n!ls\n'''", "x = a \\\n  % b", "x != y", "x = 1  # really?", "x = 'a?'",
        "f(a=%s)", "x == y", "x = {\n'a':\n  1}\n", "s = \"\\\"\"\nx = 1"}) {
    EXPECT_EQ(mask_magic(cell).text, cell);
    EXPECT_TRUE(mask_magic(cell).lines.empty());
  }
}

TEST(Magic, IsToldByLine) { EXPECT_THAT(mask_magic("a\n%x\r\nb\n!c").lines, ElementsAre(1U, 3U)); }

}  // namespace
