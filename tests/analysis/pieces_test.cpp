// Where broken code is cut.
#include "analysis/syntax/pieces.h"

#include <gmock/gmock.h>

#include <string>

namespace analysis {
namespace {

using testing::ElementsAre;

std::vector<std::string> pieces(std::string_view code) {
  std::vector<std::string> texts;
  for (const TextRange range : pieces_of(code)) texts.emplace_back(code.substr(range.begin, range.size()));
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

}  // namespace
}  // namespace analysis
