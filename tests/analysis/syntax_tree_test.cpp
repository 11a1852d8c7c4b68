// Parsing, parsing again after edits, and flat copies of trees.
#include "analysis/syntax/syntax_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "analysis/syntax/flat_tree.h"

namespace analysis {
namespace {

std::shared_ptr<const SyntaxTree> tree_of(std::string_view text) { return parse(make_source_text(std::string(text))); }

std::shared_ptr<const SyntaxTree> healthy_tree_of(std::string_view text, const SyntaxTree* previous = nullptr) {
  return parse_without_errors(make_source_text(std::string(text)), previous);
}

/// Kinds, ranges and error marks of all nodes.
std::string outline(const std::shared_ptr<const SyntaxTree>& tree) {
  if (tree == nullptr) return "errors";
  std::string text;
  std::vector<Node> open{tree->root()};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    text += std::string(node.type()) + (node.is_missing() ? "!" : "") + " " + std::to_string(node.range().begin) + "-" +
            std::to_string(node.range().end) + " " + std::to_string(node.child_count()) + "\n";
    for (const Node& child : children_of(node)) open.push_back(child);
  }
  return text;
}

TEST(SyntaxTree, KnowsKindsAndFields) {
  const auto tree = tree_of("if a is None: pass\n");
  const Node statement = tree->root().child(0);
  EXPECT_EQ(tree->root().kind(), Kind::module);
  EXPECT_EQ(statement.kind(), Kind::if_statement);
  EXPECT_EQ(statement.field(Field::condition).kind(), Kind::comparison_operator);
  EXPECT_EQ(statement.field(Field::consequence).range(), (TextRange{14, 18}));
  EXPECT_EQ(statement.field(Field::alternative).kind(), Kind::other);
  EXPECT_FALSE(tree->root().has_error());
}

TEST(SyntaxTree, OfNothingIsAnEmptyModule) {
  const auto tree = tree_of("");
  EXPECT_EQ(tree->root().kind(), Kind::module);
  EXPECT_EQ(tree->root().child_count(), 0U);
}

TEST(SyntaxTree, MarksWhatDoesNotParse) {
  EXPECT_TRUE(tree_of("x = = 1\n")->root().has_error());
  EXPECT_TRUE(tree_of("\xFF\xFE\x01")->root().has_error());
}

TEST(SyntaxTree, TakesAByteOrderMark) { EXPECT_FALSE(tree_of("\xEF\xBB\xBFx = 1\n")->root().has_error()); }

TEST(SyntaxTree, IsNullWhenStopped) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "x = [1, 2]\n";
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(parse(make_source_text(text), source.get_token()), nullptr);
  EXPECT_EQ(parse_without_errors(make_source_text(text), nullptr, source.get_token()), nullptr);
}

TEST(SyntaxTree, AfterAnEditIsThatOfAFreshParse) {
  const std::string before = "class A:\n  def f(self):\n    return [x for x in self.y]\n\nz = 'é🐍'\n";
  for (const auto& [from, to] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"self.y", "self.yy"},
                                                                            {"return", ""},
                                                                            {"é", "è"},
                                                                            {"🐍", ""},
                                                                            {"\n\n", "\n"},
                                                                            {"[x", "x"},
                                                                            {"'\n", "\n"},
                                                                            {"  def", "def"},
                                                                            {"class A:\n", ""},
                                                                            {"z", "if z:\n  z"},
                                                                            {"\n", "\r\n"}}) {
    std::string after = before;
    after.replace(after.find(from), from.size(), to);
    const auto old = healthy_tree_of(before);
    ASSERT_NE(old, nullptr);
    EXPECT_EQ(outline(healthy_tree_of(after, old.get())), outline(healthy_tree_of(after))) << after;
  }
}

TEST(SyntaxTree, AfterManyEditsIsThatOfAFreshParse) {
  const std::string_view pieces[] = {"x",      "(", ")", "\n", "    ",       "'",   "\"\"\"",
                                     "def f(", ":", "#", "é",  "class A:\n", "\r\n"};
  std::mt19937 random(3);
  const std::string first =
      "import os\n\ndef f(a):\n    if a:\n        return g(a, 'é')\n    # note\n    return None\n\nclass B(C):\n    x "
      "= 1\n";
  std::string text = first;
  auto tree = healthy_tree_of(text);
  int healthy = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::size_t at = random() % (text.size() + 1);
    if (random() % 2 == 0) {
      text.insert(at, pieces[random() % std::size(pieces)]);
    } else {
      text.erase(at, random() % 4);
    }
    const auto next = healthy_tree_of(text, tree.get());
    ASSERT_EQ(outline(next), outline(healthy_tree_of(text))) << text;
    ASSERT_EQ(next == nullptr, tree_of(text)->root().has_error()) << text;
    if (next != nullptr) tree = next;
    if (next != nullptr) ++healthy;
    if (round % 5 == 0) text = first;  // or it would never be healthy again
  }
  EXPECT_LT(50, healthy);
}

TEST(FlatTree, LeavesOutPunctuationCommentsAndTypes) {
  const std::string_view text = "x = 1\ndef f(a: int):  # why\n  return f'{a}' + 'b'\n";
  const auto tree = tree_of(text);
  FlatTree flat;
  flatten(tree->root().child(1), text, flat);

  std::string kinds;
  for (NodeIndex i = flat_root; i < flat.nodes.size(); ++i) {
    kinds += std::to_string(flat[i].range.begin) + (flat[i].is_named ? " " : "' ");
    EXPECT_LE(flat[i].range.end, text.size() - 6);
  }
  // def, name, parameters, typed parameter, a, type, block, return, +, f-string, interpolation, a, string.
  EXPECT_EQ(kinds, "0 4 5 6 6 9 24 24 31 31 33 34 40 ");
  ASSERT_EQ(flat.comments.size(), 1U);
  EXPECT_EQ(flat.comments.front(), (TextRange{16, 21}));
}

TEST(FlatTree, KeepsOperators) {
  const std::string_view text = "a is not b\n";
  const auto tree = tree_of(text);
  FlatTree flat;
  flatten(tree->root(), text, flat);
  const auto is_operator = [&](const FlatNode& node) { return !node.is_named && node.range == TextRange{2, 8}; };
  EXPECT_EQ(std::count_if(flat.nodes.begin(), flat.nodes.end(), is_operator), 1);
}

/// Where a flat copy of a tree differs from what the parser's cursor finds; empty if nowhere.
std::string difference_to_cursor(const SyntaxTree& tree, std::string_view text) {
  FlatTree flat;
  flatten(tree.root(), text, flat);
  std::vector<std::pair<Node, NodeIndex>> open{{tree.root(), flat_root}};
  while (!open.empty()) {
    const auto [node, index] = open.back();
    open.pop_back();
    const bool is_string = node.kind() == Kind::string;
    const bool has_operators = node.kind() == Kind::comparison_operator || node.kind() == Kind::boolean_operator ||
                               node.kind() == Kind::unary_operator || node.kind() == Kind::yield;
    NodeIndex copy = flat[index].first_child;
    // Types and words are copied without their parts.
    const bool may_be_left_out =
        copy == 0 && (is_string || node.kind() == Kind::string_content || node.kind() == Kind::type ||
                      node.kind() == Kind::type_parameter || node.kind() == Kind::dotted_name || node.is_missing() ||
                      !node.is_named());
    if (may_be_left_out) continue;
    for (const Node& child : children_of(node)) {
      if (child.kind() == Kind::comment || child.kind() == Kind::line_continuation) continue;
      if (is_string ? child.kind() != Kind::interpolation : !child.is_named() && !has_operators) continue;
      const FlatNode& other = flat[copy];
      if (copy == 0 || other.range != child.range() || other.is_named != child.is_named() ||
          other.is_missing != child.is_missing() || (!child.is_missing() && other.kind != child.kind())) {
        return std::string(child.type()) + " at byte " + std::to_string(child.range().begin);
      }
      open.emplace_back(child, copy);
      copy = other.next;
    }
    if (copy != 0) return "one child more of " + std::string(node.type());
  }
  return {};
}

TEST(FlatTree, IsWhatTheCursorFinds) {
  std::ifstream file(THREADLINT_SOURCE_DIR "/tests/oracle/run.py");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_LT(1000U, text.size());
  std::mt19937 random(20261123);
  for (int round = 0; round < 200; ++round) {
    std::string cut = text;
    const std::size_t at = random() % text.size();
    if (0 < round) cut.erase(at, random() % 40);  // all but the first are broken in some way
    const auto tree = tree_of(cut);
    ASSERT_EQ(difference_to_cursor(*tree, cut), "") << "cut at " << at << ":\n" << cut;
  }
}

TEST(FlatTree, KnowsNodesThatGoByOtherNames) {
  for (const std::string_view text :
       {"print a, b\nexec code in x\nmatch = match(type)\n", "match x:\n  case [1, *_, A.b as c] if d: pass\n",
        "def f[T: int, *U](a, /, *b, c: list[T] = (), **d) -> T: return not a is not b\n",
        "async with a as (b, c), d: x = lambda *y: await (yield from y)\n", "type(x).a = type (y).b\ntype z = int\n",
        "try:\n  a\nexcept* B:\n  c @= d\n", "f'{a!r:>{b}}{{' rb'c' t'{d=}'\n", "if a <> b: print >>c, `d`\n"}) {
    EXPECT_EQ(difference_to_cursor(*tree_of(text), text), "") << text;
  }
}

}  // namespace
}  // namespace analysis
