// Functions, classes, and what comments and docstrings say about them.
#include <gtest/gtest.h>

#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

TEST(Definitions, EvaluateDecoratorsAndDefaultsOutside) {
  EXPECT_EQ(dump_of("@a.b\n@c(d)\ndef f(x, y=z, *args, k=1, **kw):\n  return x.y\n"),
            "module\n"
            "  read a.b\n"
            "  read d\n"
            "  call c(d)\n"
            "  read z\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f(x, y = z, *args, k by keyword = number, **kw) @a.b @c\n"
            "  read x.y\n"
            "  return x.y\n");
}

TEST(Definitions, KnowScopeDeclarations) {
  EXPECT_EQ(dump_of("def f():\n  global a, b\n  def g():\n    nonlocal c\n    c = 1\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f() global a global b\n"
            "  define function #2\n"
            "  bind g = function #2\n"
            "function #2 g() nonlocal c\n"
            "  bind c = number\n");
}

TEST(Definitions, UnpackPython2Parameters) {
  EXPECT_EQ(dump_of("def f(a, (b, c)): return b\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f(a, (…))\n"
            "  bind b = element\n"
            "  bind c = element\n"
            "  read b\n"
            "  return b\n");
}

TEST(Definitions, IgnoreTypes) {
  EXPECT_EQ(dump_of("def f[T](a: X, *, b: Y = z, **c: Z) -> W: pass\n"),
            "module\n"
            "  read z\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f(a, b by keyword = z, **c)\n");
}

TEST(Classes, HaveABodyOfTheirOwn) {
  EXPECT_EQ(
      dump_of("@d\nclass C(A, b.B(1), metaclass=M, k=v):\n  x = []\n  def m(self): return self.x\n  class D: pass\n"),
      "module\n"
      "  read d\n"
      "  read A\n"
      "  call b.B(number)\n"
      "  read M\n"
      "  read v\n"
      "  define class #0\n"
      "  bind C = class #0\n"
      "class #1 C class #0(A, b.B) metaclass M @d\n"
      "  bind x = list empty\n"
      "  define function #2\n"
      "  bind m = function #2\n"
      "  define class #1\n"
      "  bind D = class #1\n"
      "function #2 m(self) of class #0\n"
      "  read self.x\n"
      "  return self.x\n"
      "class #3 D class #1()\n");
}

TEST(Classes, OwnOnlyWhatStandsDirectlyInThem) {
  const auto statements = lowered("class C:\n  def m(self):\n    def inner(): pass\n");
  const std::vector<ir::Function>& functions = statements.front().facts->functions;
  ASSERT_EQ(functions.size(), 4U);
  EXPECT_EQ(functions[2].owner, ir::ClassIndex{0});
  EXPECT_EQ(functions[2].parent, ir::FunctionIndex{1});
  EXPECT_FALSE(functions[3].owner);
  EXPECT_EQ(functions[3].parent, ir::FunctionIndex{2});
}

TEST(Definitions, HaveRanges) {
  const std::string_view source = "@d\nasync def f(a, b=1):\n  pass\n";
  const auto statements = lowered(source);
  const ir::StatementFacts& facts = *statements.front().facts;
  const ir::Function& function = facts.functions[1];
  const auto text = [&](TextRange range) { return source.substr(range.begin, range.size()); };

  EXPECT_EQ(facts.size, source.size() - 1);
  EXPECT_EQ(text(function.range), "async def f(a, b=1):\n  pass");
  EXPECT_EQ(text(function.name_range), "f");
  EXPECT_EQ(text(function.body), "pass");
  EXPECT_EQ(text(function.parameters[1].range), "b=1");
}

TEST(Docstrings, MentionThreads) {
  for (const char* words :
       {"Thread-safe.", "a RACE CONDITION", "the mutex", "concurrently", "takes the lock", "_lock", "locks"}) {
    const auto statements = lowered("def f():\n  '''" + std::string(words) + "'''\n");
    EXPECT_TRUE(statements.front().facts->functions[1].mentions_threads) << words;
    EXPECT_TRUE(statements.front().facts->mentions_threads) << words;
  }
  for (const char* words : {"blocks", "locker", "read", "race", "deadlocked by"}) {
    const auto statements = lowered("def f():\n  '''" + std::string(words) + "'''\n");
    EXPECT_FALSE(statements.front().facts->functions[1].mentions_threads) << words;
  }
}

TEST(Comments, MentionThreadsForWhatHoldsThem) {
  const auto statements =
      lowered("class C:\n  def f(self):\n    # not thread-safe\n    pass\n  def g(self): 'thread'.x\n");
  const ir::StatementFacts& facts = *statements.front().facts;
  EXPECT_TRUE(facts.classes[0].mentions_threads);
  EXPECT_TRUE(facts.functions[2].mentions_threads);
  EXPECT_FALSE(facts.functions[3].mentions_threads);
  EXPECT_FALSE(facts.functions[0].mentions_threads);
}

TEST(Docstrings, PromiseNothingWhenTheyDisclaimThreads) {
  for (const char* words : {"Not thread-safe.", "This isn't thread safe at all.", "A non-threadsafe map."}) {
    const auto statements = lowered("class C:\n  '''" + std::string(words) + "'''\n");
    EXPECT_FALSE(statements.front().facts->classes[0].mentions_threads) << words;
  }
  const auto statements = lowered("class C:\n  '''Thread-safe, which D is not.'''\n");
  EXPECT_TRUE(statements.front().facts->classes[0].mentions_threads);
}

TEST(Docstrings, SayThatTheLockIsHeld) {
  for (const char* words : {"Caller must hold the lock.", "Must be called with\n    self._lock held.", "Lock held.",
                            "Adds. The lock must be held by the caller."}) {
    const auto statements = lowered("def f():\n  '''" + std::string(words) + "'''\n");
    EXPECT_TRUE(statements.front().facts->functions[1].says_lock_is_held) << words;
  }
  for (const char* words : {"Holds the line.", "Must not be called with the lock held.", "Takes the lock.",
                            "Whether the lock is held.", "Caller must hold a ticket. Locks the door."}) {
    const auto statements = lowered("def f():\n  '''" + std::string(words) + "'''\n");
    EXPECT_FALSE(statements.front().facts->functions[1].says_lock_is_held) << words;
  }
}

TEST(Directives, AreCollectedWhereverTheyStand) {
  EXPECT_EQ(dump_of("# threadlint: ignore-file\n"
                    "# nothing\n"
                    "x = f(1,  # threadlint: ignore[a]\n"
                    "      # guarded by: lock\n"
                    "      2)  # threadlint: ignore\n"),
            "module\n"
            "directive on its own line: # threadlint: ignore-file\n"
            "module\n"
            "  call f(number, number)\n"
            "  bind x = result of f\n"
            "directive: # threadlint: ignore[a]\n"
            "directive on its own line: # guarded by: lock\n"
            "module\n"
            "directive: # threadlint: ignore\n");
}

TEST(Directives, AreFoundInTypesAndBlocks) {
  EXPECT_EQ(dump_of("def f(a: X[  # threadlint: one\n    Y]):\n  pass\n  # threadlint: two\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f(a) mentions threads\n"
            "directive: # threadlint: one\n"
            "directive on its own line: # threadlint: two\n");
}

}  // namespace
}  // namespace analysis
