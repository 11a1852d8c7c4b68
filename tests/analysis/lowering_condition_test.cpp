// Which tests the spellings of a condition leave.
#include <gtest/gtest.h>

#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

struct Spelling {
  const char* condition;
  const char* tests;
};

void expect_tests(std::initializer_list<Spelling> spellings) {
  for (const Spelling& spelling : spellings)
    EXPECT_EQ(tests_of(spelling.condition), spelling.tests) << spelling.condition;
}

TEST(Conditions, TestTruth) {
  expect_tests({{"X", "truth X unset if false"},
                {"not X", "truth X unset if true"},
                {"not (not X)", "truth X unset if false"},
                {"self._x.y", "truth self._x.y unset if false"},
                {"X == True", "truth X unset if false"},
                {"X is True", "truth X unset if false"},
                {"X != True", "truth X unset if true"},
                {"True is X", "truth X unset if false"},
                {"bool(X)", "truth X unset if false"},
                {"getattr(o, 'x', None)", "truth o.x unset if false"},
                {"globals()['X']", "truth globals:X unset if false"}});
}

TEST(Conditions, TestForNone) {
  expect_tests({{"X is None", "none X unset if true"},
                {"X is not None", "none X unset if false"},
                {"X is  not None", "none X unset if false"},
                {"X == None", "none X unset if true"},
                {"X != None", "none X unset if false"},
                {"X <> None", "none X unset if false"},
                {"None is X", "none X unset if true"},
                {"not (X is None)", "none X unset if false"},
                {"not X is not None", "none X unset if true"},
                {"getattr(o, 'x', None) is None", "none o.x unset if true"}});
}

TEST(Conditions, TestLength) {
  expect_tests({{"len(X)", "length X unset if false"},
                {"not len(X)", "length X unset if true"},
                {"len(X) == 0", "length X unset if true"},
                {"0 == len(X)", "length X unset if true"},
                {"len(X) != 0", "length X unset if false"},
                {"len(X) < 1", "length X unset if true"},
                {"1 > len(X)", "length X unset if true"},
                {"len(X) <= 0", "length X unset if true"},
                {"len(X) > 0", "length X unset if false"},
                {"0 < len(X)", "length X unset if false"},
                {"len(X) >= 1", "length X unset if false"},
                {"len(X) > 5", "other X unset if false"},
                {"len(X) == 1", "other X unset if false"},
                {"len(self.x) == 0", "length self.x unset if true"}});
}

TEST(Conditions, TestForEmpty) {
  expect_tests({{"X == []", "empty X unset if true"},
                {"X != {}", "empty X unset if false"},
                {"X == ()", "empty X unset if true"},
                {"X == ''", "empty X unset if true"},
                {"X == set()", "empty X unset if true"},
                {"X != dict()", "empty X unset if false"},
                {"[] == X", "empty X unset if true"},
                {"X == [1]", "other X unset if false"}});
}

TEST(Conditions, TestForSentinel) {
  expect_tests({{"X is MISSING", "sentinel X unset if true"},
                {"x is not _missing", "sentinel x unset if false"},
                {"MISSING is x", "sentinel x unset if true"},
                {"x is mod.NOT_SET", "sentinel x unset if true"},
                {"X == -1", "sentinel X unset if true"},
                {"X == 0", "sentinel X unset if true"},
                {"X is False", "sentinel X unset if true"},
                {"X != 'no'", "sentinel X unset if false"},
                {"_cache == other", "other _cache unset if false; other other unset if false"},
                {"x == y", "other x unset if false; other y unset if false"}});
}

TEST(Conditions, TestForKeys) {
  expect_tests({{"k in X", "contains X key k unset if false; other k unset if false"},
                {"k not in X", "contains X key k unset if true; other k unset if false"},
                {"'a' not in self.x", "contains self.x key 'a' unset if true"},
                {"not (1, 2) in X", "contains X key (1, 2) unset if true"},
                {"k in X.keys()", "contains X key k unset if false; other k unset if false"},
                {"not X.has_key(k)", "contains X key k unset if true"},
                {"C.get(k)", "truth C[k] unset if false"},
                {"not C.get('a')", "truth C['a'] unset if true"},
                {"C.get(k) is None", "none C[k] unset if true"},
                {"self.c.get(a.b, None) is not None", "none self.c[a.b] unset if false"},
                {"C.get(f(x)) is None", "none C[…] unset if true"},
                {"k in (1, 2)", "other k unset if false"}});
}

TEST(Conditions, TestForExistence) {
  expect_tests({{"hasattr(o, 'x')", "exists o.x unset if false"},
                {"not hasattr(o.p, 'x')", "exists o.p.x unset if true"},
                {"'x' in o.__dict__", "exists o.x unset if false"},
                {"'x' not in vars(o)", "exists o.x unset if true"},
                {"'x' in dir(o)", "exists o.x unset if false"},
                {"'X' not in globals()", "exists globals:X unset if true"}});
}

TEST(Conditions, TestCalls) {
  expect_tests({{"f()", "call f unset if false"},
                {"not self.ready()", "call self.ready unset if true"},
                {"f() is None", "call f unset if true"},
                {"f(x)", "call f unset if false; other x unset if false"},
                {"callable(X)", "other X unset if false"},
                {"isinstance(X, T)", "other X unset if false"}});
}

TEST(Conditions, WhatElseTheyReadIsOther) {
  expect_tests({{"a < b < c", "other a unset if false; other b unset if false; other c unset if false"},
                {"x + 1", "other x unset if false"},
                {"X > 5", "other X unset if false"},
                {"True", ""}});
}

TEST(Conditions, KnowPolarityThroughAndOrNot) {
  expect_tests({{"not X and Y", "truth X unset if true; truth Y unset if false"},
                {"X is None or not Y", "none X unset if true; truth Y unset if true"},
                {"not (X or Y is None)", "truth X unset if true; none Y unset if false"},
                {"not (not X and len(Y) == 0)", "truth X unset if false; length Y unset if false"}});
}

TEST(Conditions, TestWhatAWalrusBindsAndItsValue) {
  expect_tests({{"(x := X)", "truth x unset if false; truth X unset if false"},
                {"(x := X.get(k)) is None", "none x unset if true; none X[k] unset if true"},
                {"not (x := f())", "truth x unset if true; call f unset if true"}});
}

TEST(Conditions, RangesAreThoseOfTheLeaves) {
  const std::string_view source = "if (not X) and not (Y is None): pass\n";
  const auto statements = lowered(source);
  const ir::StatementFacts& facts = *statements.front().facts;
  const ir::Function& module = facts.functions.front();

  const ir::Op& branch = module.ops[module.ops.size() - 2];
  ASSERT_EQ(branch.kind, ir::OpKind::branch);
  ASSERT_EQ(branch.test_count, 2U);
  const TextRange first = facts.tests[branch.first_test].range;
  const TextRange second = facts.tests[branch.first_test + 1].range;
  EXPECT_EQ(source.substr(first.begin, first.size()), "not X");
  EXPECT_EQ(source.substr(second.begin, second.size()), "not (Y is None)");
  EXPECT_EQ(source.substr(branch.range.begin, branch.range.size()), "(not X) and not (Y is None)");
  EXPECT_EQ(source.substr(branch.block.begin, branch.block.size()), "pass");
}

TEST(Conditions, ReadTheTestedPlaceBeforeTheBranch) {
  EXPECT_EQ(ops_of("if C.get(k) is None: pass\n"),
            "read k\n"
            "call C.get(k)\n"
            "read C[k]\n"
            "branch [none C[k] unset if true]\n"
            "end\n");
  EXPECT_EQ(ops_of("while hasattr(o, 'x'): pass\n"),
            "read o\n"
            "call hasattr(o, string)\n"
            "read o.x\n"
            "loop [exists o.x unset if false]\n"
            "end\n");
}

TEST(Conditions, RunTheRightOperandConditionally) {
  EXPECT_EQ(ops_of("if a and f(): pass\n"),
            "read a\n"
            "branch expression [truth a unset if false]\n"
            "  call f()\n"
            "end\n"
            "branch [truth a unset if false; call f unset if false]\n"
            "end\n");
  EXPECT_EQ(ops_of("x = a or f()\n"),
            "read a\n"
            "branch expression [truth a unset if false]\n"
            "otherwise expression\n"
            "  call f()\n"
            "end\n"
            "bind x = either of a or the result of f\n");
  EXPECT_EQ(ops_of("x = f() if a is None else a\n"),
            "read a\n"
            "branch expression [none a unset if true]\n"
            "  call f()\n"
            "otherwise expression\n"
            "  read a\n"
            "end\n"
            "bind x = either of the result of f\n");
}

TEST(Conditions, NestOperandsInTheBranchesOfThoseBefore) {
  EXPECT_EQ(ops_of("a and b and c\n"),
            "read a\n"
            "branch expression [truth a unset if false]\n"
            "  read b\n"
            "  branch expression [truth b unset if false]\n"
            "    read c\n"
            "  end\n"
            "end\n");
}

}  // namespace
}  // namespace analysis
