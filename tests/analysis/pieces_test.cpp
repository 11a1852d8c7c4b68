// Where broken code is cut.
#include "analysis/syntax/pieces.h"

#include <gmock/gmock.h>

#include <array>
#include <random>
#include <string>

namespace analysis {
namespace {

using testing::ElementsAre;

std::vector<std::string> pieces(std::string_view code) {
  std::vector<std::string> texts;
  for (const TextRange range : pieces_of(code).ranges) texts.emplace_back(code.substr(range.begin, range.size()));
  return texts;
}

TEST(Pieces, OfNothingAreOneEmptyPiece) { EXPECT_THAT(pieces(""), ElementsAre("")); }

TEST(Pieces, BeginWithDefinitionsAndImports) {
  EXPECT_THAT(pieces("x = (\nimport a\nfrom a import b\ny = 1\nclass A:\n  def f(): pass\nasync def g(): pass\n"),
              ElementsAre("x = (\n", "import a\n", "from a import b\ny = 1\n", "class A:\n  def f(): pass\n",
                          "async def g(): pass\n"));
}

TEST(Pieces, KeepDecoratorsWithTheirDefinition) {
  EXPECT_THAT(pieces("@a\n@b(1)\ndef f(): pass\n@c\nclass A: pass\n"),
              ElementsAre("@a\n@b(1)\ndef f(): pass\n", "@c\nclass A: pass\n"));
}

TEST(Pieces, AreNotCutInStrings) {
  EXPECT_THAT(pieces("x = '''\ndef f(): no\n'''\ndef g(): 'it\\'s'\n# don't\ndef h(): pass\n"),
              ElementsAre("x = '''\ndef f(): no\n'''\n", "def g(): 'it\\'s'\n# don't\n", "def h(): pass\n"));
}

TEST(Pieces, AreCutInAStringThatIsNotClosed) {
  EXPECT_THAT(pieces("def f():\n  \"\"\"half\ndef g():\n  \"\"\"Whole.\"\"\"\ndef h(): pass\n"),
              ElementsAre("def f():\n  \"\"\"half\n", "def g():\n  \"\"\"Whole.\"\"\"\n", "def h(): pass\n"));
  EXPECT_THAT(pieces("x = 'half\ndef g(): pass\n"), ElementsAre("x = 'half\n", "def g(): pass\n"));
}

TEST(Pieces, SurviveABackslashAtTheEnd) { EXPECT_THAT(pieces("x\\"), ElementsAre("x\\")); }

TEST(Pieces, OfAnEditedTextAreWhatTheyAreOfANewOne) {
  static constexpr std::array<std::string_view, 16> typed{
      "def f():\n", "class A:\n", "async def ", "import a\n", "from a ", "@b\n", "\n",   "  x = 1\n",
      "\"\"\"",     "'''",        "'",          "#",          "\\",      "\\\n", "\n\n", "d"};
  std::mt19937 random(5);
  std::string text;
  Pieces known = pieces_of(text);
  std::size_t certain = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = text;
    const std::size_t begin = random() % (text.size() + 1);
    const std::size_t most = 200 < text.size() ? 60 : 6;
    text.replace(begin, random() % (std::min(text.size() - begin, most) + 1), typed[random() % typed.size()]);
    const Pieces fresh = pieces_of(text);
    const Pieces again = pieces_of(text, known, before.size(), common_ends(before, text));
    ASSERT_EQ(again.ranges, fresh.ranges) << testing::PrintToString(before) << '\n' << testing::PrintToString(text);
    ASSERT_EQ(again.are_certain, fresh.are_certain);
    certain += fresh.are_certain ? 1 : 0;
    known = fresh;
    // Mostly whoever opens a string closes it.
    if (!fresh.are_certain && random() % 4 != 0) {
      text = before;
      known = pieces_of(text);
    }
  }
  EXPECT_LT(5'000U, certain);
}

}  // namespace
}  // namespace analysis
