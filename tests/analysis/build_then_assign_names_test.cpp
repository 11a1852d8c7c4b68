// Other names of the cell's object, several cells, and the block in which it all happens.
#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;
using rewriting::rewritten_together;

TEST(BuildThenAssignNames, LetsAFinishingExpressionBeTheAssignment) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        X = []
        X.append(1)
        X = sorted(X)
)",
                      {.test = "X is None"}),
            R"(def f():
    global X
    if X is None:
        new_x = []
        new_x.append(1)
        X = sorted(new_x)
)");
}

TEST(BuildThenAssignNames, MakesTheOtherNameTheLocal) {
  EXPECT_EQ(
      rewritten("def f():\n    global X\n    if X is None:\n        X = d = {}\n        d[1] = 2\n        X[2] = 3\n",
                {.test = "X is None"}),
      "def f():\n    global X\n    if X is None:\n        d = {}\n        d[1] = 2\n        d[2] = 3\n        X = d\n");
  EXPECT_EQ(rewritten("def f():\n    global X\n    if X is None:\n        d = X = {}\n        d[1] = 2\n",
                      {.test = "X is None"}),
            "def f():\n    global X\n    if X is None:\n        d = {}\n        d[1] = 2\n        X = d\n");
  EXPECT_EQ(
      rewritten("def f(d):\n    global X\n    if X is None:\n        X = d = {}\n        d[1] = 2\n        d = None\n",
                {.test = "X is None"}),
      "def f(d):\n    global X\n    if X is None:\n        new_x = d = {}\n        d[1] = 2\n        X = new_x\n       "
      " d = None\n");
}

TEST(BuildThenAssignNames, MovesTheAssignmentOfAnUnfinishedLocal) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        d = {}
        X = d  # for all
        for n in names:
            d[n] = 1
            X[n] += 1
        log('done')
)",
                      {.test = "X is None"}),
            R"(def f():
    global X
    if X is None:
        d = {}
        for n in names:
            d[n] = 1
            d[n] += 1
        X = d  # for all
        log('done')
)");
}

TEST(BuildThenAssignNames, UsesTheNameFromBeforeTheTest) {
  EXPECT_EQ(
      rewritten(R"(def f(self):
    cache = self._cache
    if not cache:
        for n in names:
            cache[n] = 1
    return cache
)",
                {.cell = "self._cache", .is_global = false, .test = "not cache", .container = ContainerKind::dict}),
      R"(def f(self):
    cache = self._cache
    if not cache:
        cache = {}
        for n in names:
            cache[n] = 1
        self._cache = cache
    return cache
)");
}

TEST(BuildThenAssignNames, AssignsSeveralCellsTheTestedOneLast) {
  EXPECT_EQ(
      rewritten_together(R"(def f():
    if not A:
        for n in names:
            A.append(n)
            B[n] = len(A)
        C.append(1)
)",
                         {{.cell = "A", .test = "not A", .container = ContainerKind::list},
                          {.cell = "B", .test = "not A", .container = ContainerKind::dict},
                          {.cell = "C", .test = "not A", .container = ContainerKind::list, .starts_empty = false}}),
      R"(def f():
    global A, B, C
    if not A:
        new_b = {}
        new_a = []
        for n in names:
            new_a.append(n)
            new_b[n] = len(new_a)
        new_c = list(C)
        new_c.append(1)
        B = new_b
        C = new_c
        A = new_a
)");
}

TEST(BuildThenAssignNames, GoesIntoTheBlockWhereEverythingHappens) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        with lock:
            if X is None:
                X = {}
                X['a'] = 1
            print(len(X))
)",
                      {.test = "X is None"}),
            R"(def f():
    global X
    if X is None:
        with lock:
            if X is None:
                new_x = {}
                new_x['a'] = 1
                X = new_x
            print(len(X))
)");
}

TEST(BuildThenAssignNames, PublishesBeforeTheObjectIsHandedOnBehindASecondTest) {
  EXPECT_EQ(rewritten("def f():\n    global X\n    if X is None:\n        with lock:\n            if X is None:\n      "
                      "          X = {}\n"
                      "                X['a'] = 1\n            log(X)\n",
                      {.test = "X is None"}),
            "def f():\n    global X\n    if X is None:\n        with lock:\n            if X is None:\n                "
            "new_x = {}\n"
            "                new_x['a'] = 1\n                X = new_x\n            log(X)\n");
}

TEST(BuildThenAssignNames, BuildsAnItemBeforeItIsInItsContainer) {
  const rewriting::Setting item{.cell = "CACHE[key]", .is_global = false, .test = "key not in CACHE"};
  EXPECT_EQ(rewritten(R"(def get(key):
    if key not in CACHE:
        CACHE[key] = {}
        for n in names:
            CACHE[key][n] = CACHE[other]
        CACHE[key].finish()
    return CACHE[key]
)",
                      item),
            R"(def get(key):
    if key not in CACHE:
        new_cache_item = {}
        for n in names:
            new_cache_item[n] = CACHE[other]
        new_cache_item.finish()
        CACHE[key] = new_cache_item
    return CACHE[key]
)");
  const std::string head = "def get(key):\n    if key not in CACHE:\n        CACHE[key] = {}\n";
  EXPECT_EQ(rewritten(head + "        CACHE[key][1] = len(CACHE)\n", item),
            "refused: `CACHE` is used while its item is made");
  EXPECT_EQ(rewritten(head + "        CACHE[key][1] = 2\n        key = 3\n        CACHE[key][1] = 2\n", item),
            "refused: `key` changes inside the region");
  EXPECT_EQ(rewritten("def get(key):\n    if key not in CACHE:\n        if a:\n            CACHE[key] = {}\n        "
                      "CACHE[key][1] = 2\n",
                      item),
            "refused: `CACHE[key]` is not assigned on every way through the region");
}

}  // namespace
}  // namespace analysis
