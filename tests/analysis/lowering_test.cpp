// Top-level statements: keys, reuse, broken and deep text.
#include "analysis/semantics/lowering.h"

#include <gtest/gtest.h>

#include "tests/analysis/corpus.h"
#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

TEST(Lowering, OfNothingIsEmpty) {
  EXPECT_TRUE(lowered("").empty());
  EXPECT_TRUE(lowered("\n\n# only a comment\n").empty());
}

TEST(Lowering, TakesOverStatementsThatOnlyMoved) {
  const std::string_view text = "x = []\ndef f(a):\n  return a.b\n";
  const auto before = lowered(text);
  const auto after = lowered("import os\n\ndef f(a):\n  return a.b\nx = {}\n", {text, before});

  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[1].facts, before[1].facts);
  EXPECT_EQ(after[1].begin, 11U);
  EXPECT_EQ(dump(*after[2].facts), "module\n  bind x = dict empty\n");
}

TEST(Lowering, GivesEqualFactsForEqualText) {
  const auto statements = lowered("x = f(a)\nx = f(a)\n");
  EXPECT_EQ(statements[0].facts->key, statements[1].facts->key);
  EXPECT_EQ(dump(*statements[0].facts), dump(*statements[1].facts));
}

TEST(Lowering, KeysKnowWhetherTheStatementIsFirstOnItsLine) {
  const auto statements = lowered("x = 1; x = 1\n");
  EXPECT_NE(statements[0].facts->key, statements[1].facts->key);
}

TEST(Lowering, GivesNothingWhenStopped) {
  const auto tree = parse(make_source_text("x = 1\n"));
  std::stop_source source;
  source.request_stop();
  EXPECT_TRUE(lower(tree->text().bytes(), *tree, {}, source.get_token()).statements.empty());
}

TEST(Lowering, SaysMoreThanOneNameOnlyOnce) {
  const auto statements = lowered("a.b = a.b\n");
  EXPECT_EQ(statements.front().facts->names, (std::vector<std::string>{"a", "b"}));
}

TEST(Lowering, FindsDefinitionsBehindAnOpenBracket) {
  const std::string_view definitions =
      "@d\ndef f(self):\n  self.a = 1\n\nclass C:\n  '\'\'\ndef g(): not code\n'\'\'\n  x = 1\n";
  const auto healthy = lowered(definitions);
  ASSERT_EQ(healthy.size(), 2U);
  for (const std::string_view broken :
       {"x = [1, 2\n\n)\n\n", "import os\nx = f(1,\n\n", "def k(:\n  pass\n", "def k(a\n", "x = {\n"}) {
    const auto statements = lowered(std::string(broken) + std::string(definitions), {definitions, healthy});
    ASSERT_LE(2U, statements.size()) << broken;
    const auto last = statements.end() - 1;
    EXPECT_EQ(last[-1].facts, healthy[0].facts) << broken;
    EXPECT_EQ(last[-1].begin, broken.size()) << broken;
    EXPECT_EQ(last[0].facts, healthy[1].facts) << broken;
  }
}

TEST(Lowering, TakesOverPiecesOfBrokenText) {
  const std::string broken = "def f(:\n  x = 1\n\n";
  const std::string healthy = "def g():\n  return 2\n";
  const std::string before = "y = 1\n" + broken + healthy;
  const std::string after = "y = 2\n" + broken + "z = (\n" + healthy;
  const auto known = lowered(before);
  const auto statements = lowered(after, {before, known});
  EXPECT_EQ(statements.back().facts, known.back().facts);
  EXPECT_EQ(statements.back().begin, after.size() - healthy.size());
  const auto fresh = lowered(after);
  ASSERT_EQ(statements.size(), fresh.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) EXPECT_EQ(dump(*statements[i].facts), dump(*fresh[i].facts));
}

TEST(Lowering, LooksAgainAtAHealthyStatementBesideABrokenOne) {
  // Beside the error `type(mock)` is another tree.
  const std::string before = "def prepare(mock, value):\n    type(mock).name = value\n";
  const std::string after = before + ".\n";
  const auto fresh = lowered(after);
  const auto again = lowered(after, {before, lowered(before)});
  ASSERT_EQ(again.size(), fresh.size());
  EXPECT_EQ(dump(*again.front().facts), dump(*fresh.front().facts));
  const auto healed = lowered(before, {after, fresh});
  EXPECT_EQ(dump(*healed.front().facts), dump(*lowered(before).front().facts));
}

TEST(Lowering, LooksAgainAtAPieceThatAStatementReachedInto) {
  // The first two lines were one definition, as the quotes are a pair; the third line is not all of the last piece.
  const std::string line = "def f(a):\"\n";
  const std::string before = line + line + "    return a\n";
  const std::string after = line + before;
  const auto known = lowered(before);
  ASSERT_EQ(known.front().facts->size, 2 * line.size() - 1);
  const auto fresh = lowered(after);
  const auto again = lowered(after, {before, known});
  ASSERT_EQ(again.size(), fresh.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) EXPECT_EQ(dump(*again[i].facts), dump(*fresh[i].facts));
}

TEST(Lowering, MarksWhatDidNotParse) {
  const auto statements = lowered("def f():\n  x = = 1\n  self.y = 2\n\ny = 3\n");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_TRUE(statements[0].facts->has_error);
  EXPECT_NE(dump(*statements[0].facts).find("bind self.y = number"), std::string::npos);
  EXPECT_FALSE(statements[1].facts->has_error);
}

TEST(Lowering, SurvivesAnyBytes) {
  for (const std::string_view bytes : {"\xff\xfe\x00",
                                       "\xEF\xBB\xBFx = 1\n",
                                       "def",
                                       "class",
                                       "if x",
                                       "x = ",
                                       "@",
                                       "f(",
                                       "\"\"\"",
                                       "match x:\n case",
                                       "with",
                                       "try:",
                                       "lambda",
                                       "for x in",
                                       "del",
                                       "import",
                                       "from . import",
                                       "x[",
                                       "{**",
                                       "f'{",
                                       "async",
                                       "global",
                                       "raise",
                                       "\\",
                                       ")))",
                                       "\t\tx\n y"}) {
    for (const ir::PlacedStatement& statement : lowered(bytes)) {
      EXPECT_LE(statement.begin + statement.facts->size, bytes.size());
      EXPECT_FALSE(dump(*statement.facts).empty());
    }
  }
}

std::string repeated(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

std::size_t op_count(std::string_view source) {
  std::size_t count = 0;
  for (const ir::PlacedStatement& statement : lowered(source)) {
    for (const ir::Function& function : statement.facts->functions) count += function.ops.size();
  }
  return count;
}

TEST(Lowering, FollowsChainsOfAnyLength) {
  constexpr int n = 5000;
  EXPECT_EQ(op_count("x = a" + repeated(" + a", n)), n + 2U);
  EXPECT_EQ(op_count("x = a" + repeated(".b()", n)), n + 1U);
  EXPECT_EQ(op_count("x = a" + repeated("[0]", n)), 2U);
  EXPECT_EQ(op_count("x = a" + repeated(" and a", n)), 3U * n + 2U);
  EXPECT_EQ(op_count("x = " + repeated("a if a else ", n) + "a"), 5U * n + 2U);
  EXPECT_EQ(op_count("if a: b\n" + repeated("elif a: b\n", n)), 5U * n + 4U);
  EXPECT_EQ(op_count(repeated("x = ", n) + "a"), n + 1U);
  EXPECT_EQ(op_count("x = " + repeated("-", n) + "a"), 2U);
  EXPECT_EQ(op_count("x = " + repeated("(", n) + "a" + repeated(")", n)), 2U);
}

TEST(Lowering, LeavesOutWhatIsNestedTooDeep) {
  constexpr int n = 10'000;
  EXPECT_EQ(ops_of("x = " + repeated("[", n) + "a" + repeated("]", n) + "; y"), "bind x = list\n");
  EXPECT_EQ(op_count("x = " + repeated("[", 150) + "a" + repeated("]", 150)), 2U);
  EXPECT_LT(op_count("x = " + repeated("f(", n) + "a" + repeated(")", n)), 300U);
  EXPECT_LT(op_count("x = " + repeated("lambda: ", n) + "a"), 300U);
  EXPECT_LT(op_count("x = " + repeated("type(", n) + "a" + repeated(")", n)), 300U);
  EXPECT_EQ(op_count(repeated("(", n) + "a" + repeated(",)", n) + " = b"), 1U);
}

TEST(Lowering, ClosesEveryBlock) {
  const auto statements = lowered(
      "def f():\n  for x in y:\n    while a and b or c:\n      with d as e:\n        try: return 1\n        except E: "
      "raise\n"
      "        finally: g = [h for h in i if j]\n");
  for (const ir::Function& function : statements.front().facts->functions) {
    int open = 0;
    for (const ir::Op& op : function.ops) {
      using enum ir::OpKind;
      if (op.kind == branch || op.kind == loop || op.kind == try_ || op.kind == with) {
        ++open;
        ASSERT_LT(op.end, function.ops.size());
        EXPECT_EQ(function.ops[op.end].kind, end);
      }
      if (op.kind == end) --open;
      ASSERT_LE(0, open);
    }
    EXPECT_EQ(open, 0);
  }
}

TEST(Lowering, GivesTheSameOfAHealthyTextAndOfItsPieces) {
  std::size_t count = 0;
  for (const std::filesystem::path& file : python_files()) {
    const std::string source = bytes_of(file);
    const auto tree = parse_without_errors(make_source_text(source));
    if (tree == nullptr) continue;
    const auto whole = lower(source, *tree).statements;
    const Lowered pieces = lower_pieces(source);
    ASSERT_EQ(pieces.statements.size(), whole.size()) << file;
    EXPECT_TRUE(pieces.is_certain) << file;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_EQ(pieces.statements[i].begin, whole[i].begin) << file;
      ASSERT_EQ(pieces.statements[i].facts->key, whole[i].facts->key) << file << " at " << whole[i].begin;
      ASSERT_TRUE(*pieces.statements[i].facts == *whole[i].facts) << file << " at " << whole[i].begin;
      ASSERT_EQ(dump(*pieces.statements[i].facts), dump(*whole[i].facts)) << file << " at " << whole[i].begin;
    }
    ++count;
  }
  EXPECT_LT(10U, count);
}

TEST(Lowering, IsNotCertainWhereABorderMayBeInBrackets) {
  for (const std::string_view source :
       {"def g(x):\n  return (yield\nfrom x)\n", "y = (a\n@b)\n", "y = [1, (a\n@ b), 2]\ndef f(): pass\n"}) {
    EXPECT_NE(parse_without_errors(make_source_text(std::string(source))), nullptr) << source;
    EXPECT_FALSE(lower_pieces(source).is_certain) << source;
  }
  EXPECT_TRUE(lower_pieces("def f():\n  raise A \\\nfrom b\n\nfrom c import d\n").is_certain);
  // What is typed does not make the rest uncertain.
  for (const std::string_view source : {"import a\nfrom b imp", "x = (\nimport a\n", "import a\n@\ndef f(): pass\n"})
    EXPECT_TRUE(lower_pieces(source).is_certain) << source;
}

TEST(Lowering, IsNotCertainWhereAPieceMayNeedTheNext) {
  for (const std::string_view source :
       {"def f(): x\n    y()\n    @a\n\ndef g(): pass\n", "from a\r\nimport b\n", "from a\n# c\n\nimport b\n",
        "x = 1\nfrom a\nimport b\n", "if x:\\\nimport a\n"}) {
    EXPECT_NE(parse_without_errors(make_source_text(std::string(source))), nullptr) << source;
    EXPECT_FALSE(lower_pieces(source).is_certain) << source;
  }
  const std::string_view async = "async\ndef f(): pass\n";
  const auto tree = parse_without_errors(make_source_text(std::string(async)));
  EXPECT_TRUE(tree == nullptr || !lower_pieces(async).is_certain);
}

TEST(Lowering, LeavesLargeChangesToTheTree) {
  const std::string source = "def f():\n  return 1\n\ndef g():\n  return 2\n";
  const auto before = lowered(source);
  std::string changed = source;
  changed.replace(changed.find('2'), 1, "3");
  EXPECT_TRUE(lower_pieces(changed, {source, before}, 100).is_certain);
  EXPECT_FALSE(lower_pieces(changed, {source, before}, 10).is_certain);
}

}  // namespace
}  // namespace analysis
