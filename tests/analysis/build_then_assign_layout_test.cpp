// Everything outside the changed words stays byte for byte: line endings, tabs, comments, odd bytes.
#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;
using rewriting::Setting;

const Setting filled_list{.test = "not X", .container = ContainerKind::list};
const Setting set_to_list{.test = "X is None"};

std::string with_line_ending(std::string text, const std::string& ending) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + ending.size()))
    text.replace(at, 1, ending);
  return text;
}

TEST(BuildThenAssignLayout, KeepsLineEndings) {
  const std::string before =
      "def f():\n    'doc'\n    if not X:\n        # first\n        if a: return\n        X.append(1)\n        "
      "X.append(2)\n    return X\n";
  const std::string after =
      "def f():\n    'doc'\n    global X\n    if not X:\n        # first\n        if a: return\n        new_x = []\n"
      "        new_x.append(1)\n        new_x.append(2)\n        X = new_x\n    return X\n";
  for (const std::string ending : {"\n", "\r\n"}) {
    EXPECT_EQ(rewritten(with_line_ending(before, ending), filled_list), with_line_ending(after, ending));
  }
}

TEST(BuildThenAssignLayout, KeepsTabsAndOddIndentation) {
  EXPECT_EQ(
      rewritten("def f():\n\tglobal X\n\tif X is None:\n\t  X = []\n\t  for n in a:\n\t\t\tX.append(n)\n\treturn X\n",
                set_to_list),
      "def f():\n\tglobal X\n\tif X is None:\n\t  new_x = []\n\t  for n in a:\n\t\t\tnew_x.append(n)\n\t  X = "
      "new_x\n\treturn X\n");
}

TEST(BuildThenAssignLayout, WorksAtTheEndOfATextWithoutLineEnding) {
  EXPECT_EQ(rewritten("def f():\r\n  global X\r\n  if X is None:\r\n    X = []\r\n    X.append(1)", set_to_list),
            "def f():\r\n  global X\r\n  if X is None:\r\n    new_x = []\r\n    new_x.append(1)\r\n    X = new_x");
  EXPECT_EQ(rewritten("def f():\n  global X\n  if X is None:\n    X = []\n    X.append(1)\n    # end", set_to_list),
            "def f():\n  global X\n  if X is None:\n    new_x = []\n    new_x.append(1)\n    # end\n    X = new_x");
}

TEST(BuildThenAssignLayout, StaysBehindCommentsOfTheBlockOnly) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        X = []
        for n in a:
            X.append(n)  # last
            # of the loop
        # of the block

        # later
    # of the function
    return X
)",
                      set_to_list),
            R"(def f():
    global X
    if X is None:
        new_x = []
        for n in a:
            new_x.append(n)  # last
            # of the loop
        # of the block
        X = new_x

        # later
    # of the function
    return X
)");
}

TEST(BuildThenAssignLayout, KeepsContinuedLines) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        X = \
            []
        X.extend([
            1,
            len(X),  # é 🐍
        ]); X . append(u"é🐍"); \
        X[0:1] = '''
X
'''
)",
                      set_to_list),
            R"(def f():
    global X
    if X is None:
        new_x = \
            []
        new_x.extend([
            1,
            len(new_x),  # é 🐍
        ]); new_x . append(u"é🐍"); \
        new_x[0:1] = '''
X
'''
        X = new_x
)");
}

TEST(BuildThenAssignLayout, KeepsLinesWithSeveralStatements) {
  EXPECT_EQ(
      rewritten("def f():\n    global X\n    if X is None:\n        X = []; X.append(1); X.append(2)\n", set_to_list),
      "def f():\n    global X\n    if X is None:\n        new_x = []; new_x.append(1); new_x.append(2)\n        X = "
      "new_x\n");
}

TEST(BuildThenAssignLayout, ReadsPython2) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        X = []
        try:
            X.append(`a`)
            print "added", X
            exec "pass" in X
        except (IOError, OSError), e:
            raise Error, 'no %s' % e
)",
                      set_to_list),
            R"(def f():
    global X
    if X is None:
        new_x = []
        try:
            new_x.append(`a`)
            print "added", new_x
            exec "pass" in new_x
        except (IOError, OSError), e:
            raise Error, 'no %s' % e
        X = new_x
)");
}

TEST(BuildThenAssignLayout, SurvivesBytesThatAreNotUtf8) {
  EXPECT_EQ(rewritten("# \xff\xfe caf\xe9\ndef f():\n    global X\n    if X is None:\n        X = []  # \xe9\n        "
                      "X.append('\xe9')\n",
                      set_to_list),
            "# \xff\xfe caf\xe9\ndef f():\n    global X\n    if X is None:\n        new_x = []  # \xe9\n        "
            "new_x.append('\xe9')\n        X = new_x\n");
}

TEST(BuildThenAssignLayout, PutsGlobalWhereTheBodyBegins) {
  EXPECT_EQ(
      rewritten("def f(a,\n      b):\n    # why\n    x = 1\n    if not X:\n        X.append(1)\n        X.append(2)\n",
                filled_list),
      "def f(a,\n      b):\n    global X\n    # why\n    x = 1\n    if not X:\n        new_x = []\n        "
      "new_x.append(1)\n        new_x.append(2)\n"
      "        X = new_x\n");
  EXPECT_EQ(rewritten("def f():\n    if not X:\n        X.append(1)\n        X.append(2)\n", filled_list),
            "def f():\n    global X\n    if not X:\n        new_x = []\n        new_x.append(1)\n        "
            "new_x.append(2)\n        X = new_x\n");
}

}  // namespace
}  // namespace analysis
