// Tests of rewriting a lock that is taken by hand as `with`.

#include "analysis/rules/acquire_to_with.h"

#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

std::string rewritten(const std::string& text) {
  const auto tree = parse(make_source_text(text));
  return rewriting::result_of(*tree, acquire_to_with(*tree, rewriting::range_of(text, "lock.acquire()")));
}

TEST(AcquireToWith, PutsWhatIsLockedIntoTheBlock) {
  EXPECT_EQ(rewritten("def f():\r\n\tlock.acquire()  # mine\r\n\ta('''\r\nx''')\r\n\r\n\tlock.release()\r\n\tb()\r\n"),
            "def f():\r\n\t# mine\r\n\twith lock:\r\n\t\ta('''\r\nx''')\r\n\r\n\tb()\r\n");
}

TEST(AcquireToWith, DropsReleasesBeforeWaysOut) {
  EXPECT_EQ(rewritten("def f(k):\n    lock.acquire()\n    if k in t:\n        lock.release()\n        return t[k]\n    "
                      "t[k] = k\n    lock.release()\n"),
            "def f(k):\n    with lock:\n        if k in t:\n            return t[k]\n        t[k] = k\n");
}

TEST(AcquireToWith, DropsATryThatOnlyReleases) {
  EXPECT_EQ(
      rewritten("def f():\n    lock.acquire()\n    a()\n    try:\n        # b\n        return b()\n    finally:\n  "
                "      lock.release()\n"),
      "def f():\n    with lock:\n        a()\n        # b\n        return b()\n");
}

TEST(AcquireToWith, RefusesWhatItWouldChange) {
  EXPECT_EQ(rewritten("def f():\n    lock.acquire()\n    if a():\n        lock.release()\n        b()\n        return\n"
                      "    c()\n    lock.release()\n"),
            "refused: the code goes on after it has released the lock");
  EXPECT_EQ(rewritten("def f():\n    x = lock.acquire()\n    a()\n    lock.release()\n"),
            "refused: the result of `acquire` is used");
  EXPECT_EQ(rewritten("def f():\n    if x:\n        lock.acquire()\n        a()\n    lock.release()\n"),
            "refused: the lock is not released in the same block");
  EXPECT_EQ(rewritten("async def f():\n    lock.acquire()\n    a()\n    lock.release()\n"),
            "refused: a coroutine needs `async with`");
  EXPECT_EQ(rewritten("def f():\n    lock.acquire(); a()\n    b()\n    lock.release()\n"),
            "refused: several statements share a line");
  EXPECT_EQ(rewritten("def f():\n    lock.acquire()\n    a()\n    try:\n        b()\n    finally:  # always\n        "
                      "lock.release()\n"),
            "refused: a comment belongs to the `try`");
  EXPECT_EQ(rewritten("def f():\n    lock.acquire()\n    a()\n    lock.acquire()\n    lock.release()\n"),
            "refused: the lock is taken again in between");
}

}  // namespace
}  // namespace analysis
