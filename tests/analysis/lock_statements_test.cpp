// Tests of putting statements under a lock.

#include "analysis/rules/lock_statements.h"

#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::range_of;

/// `first` to `last` under `lock`.
std::string locked(const std::string& text, const std::string& first, const std::string& last) {
  const auto tree = parse(make_source_text(text));
  return rewriting::result_of(*tree,
                              lock_statements(*tree, {{range_of(text, first), range_of(text, last), "lock"}}, nullptr));
}

std::string with_new_lock(const std::string& text, const std::string& cell) {
  const auto tree = parse(make_source_text(text));
  const NewLock lock{.target = "lock", .cell = range_of(text, cell)};
  return rewriting::result_of(*tree, lock_statements(*tree, {}, &lock));
}

TEST(LockStatements, KeepsLineEndingsTabsStringsAndComments) {
  EXPECT_EQ(locked("def f():\r\n\ta()\r\n\r\n\t# why\r\n\tb('''x\r\ny\r\n''')  # so\r\n\tc()", "a()", "b("),
            "def f():\r\n\twith lock:\r\n\t\ta()\r\n\r\n\t\t# why\r\n\t\tb('''x\r\ny\r\n''')  # so\r\n\tc()");
}

TEST(LockStatements, TakesTheSmallestStatementsWithLinesOfTheirOwn) {
  EXPECT_EQ(locked("def f():\n    if x: a(); b()\n    c()\n", "a()", "a()"),
            "def f():\n    with lock:\n        if x: a(); b()\n    c()\n");
  EXPECT_EQ(locked("def f():\n    if x:\n        a()\n    else:\n        b()\n", "a()", "b()"),
            "def f():\n    with lock:\n        if x:\n            a()\n        else:\n            b()\n");
}

TEST(LockStatements, JoinsPiecesThatMeet) {
  const std::string text = "def f():\n  a()\n  b()\n  c()\n  # d\n  d()\n";
  const auto tree = parse(make_source_text(text));
  const auto piece = [&](const char* code) { return LockedCode{range_of(text, code), range_of(text, code), "lock"}; };
  EXPECT_EQ(rewriting::result_of(*tree, lock_statements(*tree, {piece("d()"), piece("b()"), piece("a()")}, nullptr)),
            "def f():\n  with lock:\n    a()\n    b()\n  c()\n  with lock:\n    # d\n    d()\n");
}

TEST(LockStatements, RefusesWhatCannotWaitForALock) {
  EXPECT_EQ(locked("async def f():\n    a()\n", "a()", "a()"),
            "refused: a coroutine must not wait for a lock of threads");
  EXPECT_EQ(locked("def f():\n    for x in a():\n        yield x\n", "a()", "a()"),
            "refused: the lock would be held while others run");
  EXPECT_EQ(locked("def f():\n    if a():\n        with lock:\n            b()\n", "a()", "a()"),
            "refused: a part of the code takes the lock already");
  EXPECT_EQ(locked("def f():\n    if a(): thread.join()\n", "a()", "a()"),
            "refused: the lock would be held while it waits for others");
  EXPECT_EQ(locked("def f():\n    if a(): ','.join(b)\n", "a()", "a()"),
            "def f():\n    with lock:\n        if a(): ','.join(b)\n");
  EXPECT_EQ(locked("def f(): a(); b()\n", "a()", "a()"), "refused: the code is in no function");
  EXPECT_EQ(locked("def f():\n    a()\n    def g(): pass\n    b()\n", "a()", "b()"),
            "refused: functions are defined in between");
  EXPECT_EQ(locked("def f():\n    a(); b()\n", "a()", "a()"), "refused: the code is in no function");
}

TEST(LockStatements, ImportsThreadingWhereTheModuleDoesNot) {
  EXPECT_EQ(with_new_lock("'''Doc.'''\nfrom __future__ import division\nimport os\nimport time\n\nx = 1\n", "x = 1"),
            "'''Doc.'''\nfrom __future__ import division\nimport os\nimport threading\nimport time\n\nlock = "
            "threading.Lock()\nx = 1\n");
  EXPECT_EQ(with_new_lock("from a import b\nx = 1\n", "x = 1"),
            "import threading\nfrom a import b\nlock = threading.Lock()\nx = 1\n");
  EXPECT_EQ(with_new_lock("x = 1\r\n", "x = 1"), "import threading\r\n\r\nlock = threading.Lock()\r\nx = 1\r\n");
  EXPECT_EQ(with_new_lock("import threading as t\nimport os, threading\nx = 1\n", "x = 1"),
            "import threading as t\nimport os, threading\nlock = threading.Lock()\nx = 1\n");
  EXPECT_EQ(with_new_lock("from threading import (RLock,\n    Lock)\nx = 1\n", "x = 1"),
            "from threading import (RLock,\n    Lock)\nlock = Lock()\nx = 1\n");
  EXPECT_EQ(with_new_lock("import os; x = 1\n", "x = 1"), "refused: there is no room for `import threading`");
}

TEST(LockStatements, NamesLocksAfterWhatTheyGuard) {
  const auto tree = parse(make_source_text("_hits_lock = 1\nself._jobs_lock = 2\n"));
  EXPECT_EQ(unused_lock_name(*tree, "HITS"), "_hits_lock2");
  EXPECT_EQ(unused_lock_name(*tree, "Pool.__jobs"), "_jobs_lock2");
  EXPECT_EQ(unused_lock_name(*tree, "free"), "_free_lock");
}

}  // namespace
}  // namespace analysis
