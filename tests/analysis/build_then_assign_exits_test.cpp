// `return`, `raise`, `break`, `continue` and exceptions keep their meaning in one thread.
#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;

TEST(BuildThenAssignExits, AssignsBeforeEveryReturnAfterAChange) {
  EXPECT_EQ(rewritten(R"(def get(name):
    if X is not None:
        return X.get(name)
    X = {}
    global X
    if not names:
        return None
    for n in names:
        X[n] = load(n)
        if n == name:
            return X[n]
    X['end'] = 1
    return X.get(name)
)",
                      {.test = "X is not None"}),
            R"(def get(name):
    if X is not None:
        return X.get(name)
    new_x = {}
    global X
    if not names:
        X = new_x
        return None
    for n in names:
        new_x[n] = load(n)
        if n == name:
            X = new_x
            return X[n]
    new_x['end'] = 1
    X = new_x
    return X.get(name)
)");
}

TEST(BuildThenAssignExits, AssignsNothingBeforeTheFirstChange) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if not X:
        if not names:
            return
        for n in names:
            if n in skipped:
                continue
            if n is stop:
                return X
            X.append(n)
    return X
)",
                      {.test = "not X", .container = ContainerKind::list}),
            R"(def get():
    global X
    if not X:
        if not names:
            return
        new_x = []
        for n in names:
            if n in skipped:
                continue
            if n is stop:
                X = new_x
                return X
            new_x.append(n)
        X = new_x
    return X
)");
}

TEST(BuildThenAssignExits, LeavesRaiseAlone) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        X = []
        for n in names:
            if not n:
                raise ValueError(X)
            X.append(n)
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        new_x = []
        for n in names:
            if not n:
                raise ValueError(new_x)
            new_x.append(n)
        X = new_x
)");
}

TEST(BuildThenAssignExits, AssignsBeforeLeavingTheLoopAroundTheRegion) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    for source in sources:
        if X is None:
            X = {}
            for n in source:
                if n is None:
                    break
                X[n] = 1
            else:
                continue
            while X:
                break
            else:
                break
            X['end'] = 1
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    for source in sources:
        if X is None:
            new_x = {}
            for n in source:
                if n is None:
                    break
                new_x[n] = 1
            else:
                X = new_x
                continue
            while new_x:
                break
            else:
                X = new_x
                break
            new_x['end'] = 1
            X = new_x
)");
}

TEST(BuildThenAssignExits, GivesAShortSuiteItsOwnLines) {
  EXPECT_EQ(
      rewritten(
          "def get():\n\tglobal X\n\tif X is None:\n\t\tX = []\n\t\tif broken: return X  # early\n\t\tX.append(1)\n"
          "\t\tif bad: log(); return\n\t\tX.append(2)\n",
          {.test = "X is None"}),
      "def get():\n\tglobal X\n\tif X is None:\n\t\tnew_x = []\n\t\tif broken:\n\t\t\tX = new_x\n\t\t\treturn X  # "
      "early\n"
      "\t\tnew_x.append(1)\n\t\tif bad: log(); X = new_x; return\n\t\tnew_x.append(2)\n\t\tX = new_x\n");
}

TEST(BuildThenAssignExits, AssignsNothingBehindTheLastWayOut) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        X = []
        X.append(1)
        if a:
            X.append(2)
            return 1
        else:
            X.append(3)
            return 2
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        new_x = []
        new_x.append(1)
        if a:
            new_x.append(2)
            X = new_x
            return 1
        else:
            new_x.append(3)
            X = new_x
            return 2
)");
}

TEST(BuildThenAssignExits, AssignsBehindTheTryThatSwallows) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        try:
            X = {}
            X.update(load())
        except IOError:
            X['error'] = True
            if strict:
                return X
        finally:
            close()
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        try:
            new_x = {}
            new_x.update(load())
        except IOError:
            new_x['error'] = True
            if strict:
                X = new_x
                return X
        finally:
            close()
        X = new_x
)");
}

TEST(BuildThenAssignExits, StartsUnsetWhenTheAssignmentMayFail) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        try:
            X = dict(load())
            X.update(more())
        except IOError:
            pass
    return X
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        new_x = None
        try:
            new_x = dict(load())
            new_x.update(more())
        except IOError:
            pass
        X = new_x
    return X
)");
}

TEST(BuildThenAssignExits, StartsUnsetWhenALoopAssigns) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        for n in names:
            X = merge(X, n)
            X.append(n)
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        new_x = None
        for n in names:
            new_x = merge(new_x, n)
            new_x.append(n)
        X = new_x
)");
}

TEST(BuildThenAssignExits, StartsUnsetWhenALoopTests) {
  EXPECT_EQ(rewritten("def get():\n    global X\n    if X is None:\n        for n in a:\n            if X is None:\n   "
                      "             X = []\n            X.append(n)\n",
                      {.test = "X is None"}),
            "def get():\n    global X\n    if X is None:\n        new_x = None\n        for n in a:\n            if "
            "new_x is None:\n"
            "                new_x = []\n            new_x.append(n)\n        X = new_x\n");
}

TEST(BuildThenAssignExits, FollowsBranches) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    if X is None:
        if a:
            X = {}
        elif b:
            log(X)
            X = {1: 2}
        else:
            raise Error
        X[3] = 4
)",
                      {.test = "X is None"}),
            R"(def get():
    global X
    if X is None:
        if a:
            new_x = {}
        elif b:
            log(X)
            new_x = {1: 2}
        else:
            raise Error
        new_x[3] = 4
        X = new_x
)");
}

TEST(BuildThenAssignExits, LeavesTheOldValueToTheRightSide) {
  EXPECT_EQ(rewritten("def get():\n    global X\n    if not X:\n        X = list(X or [])\n        X.append(1)\n",
                      {.test = "not X"}),
            "def get():\n    global X\n    if not X:\n        new_x = list(X or [])\n        new_x.append(1)\n        "
            "X = new_x\n");
}

TEST(BuildThenAssignExits, FollowsWithAndHandlers) {
  EXPECT_EQ(rewritten(R"(def get():
    global X
    try:
        return X
    except NameError:
        with make() as X:
            X.open()
        X.read()
        return X
)",
                      {.test = "NameError", .container = ContainerKind::object}),
            R"(def get():
    global X
    try:
        return X
    except NameError:
        with make() as new_x:
            new_x.open()
        new_x.read()
        X = new_x
        return X
)");
}

TEST(BuildThenAssignExits, AllowsYieldAndAwait) {
  EXPECT_EQ(rewritten("async def get():\n    global X\n    if X is None:\n        X = []\n        X.append(await "
                      "one())\n        yield X\n",
                      {.test = "X is None"}),
            "async def get():\n    global X\n    if X is None:\n        new_x = []\n        new_x.append(await "
            "one())\n        yield new_x\n"
            "        X = new_x\n");
}

TEST(BuildThenAssignExits, EndlessLoopsEndOnlyByLeavingThem) {
  EXPECT_EQ(rewritten("def get():\n    global X\n    if X is None:\n        X = []\n        while True:\n            "
                      "X.append(read())\n"
                      "            if X[-1] is None:\n                return X\n",
                      {.test = "X is None"}),
            "def get():\n    global X\n    if X is None:\n        new_x = []\n        while True:\n            "
            "new_x.append(read())\n"
            "            if new_x[-1] is None:\n                X = new_x\n                return X\n");
}

}  // namespace
}  // namespace analysis
