// The shapes of lazy initialization, before and after.
#include "analysis/rules/build_then_assign.h"

#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;

TEST(BuildThenAssign, GivesTheEarlyAssignmentToALocal) {
  EXPECT_EQ(rewritten(R"(foo = None

def bar():
    global foo
    if foo is None:
        foo = []  # the new list
        for x in y:
            # keep order
            foo.append(x)
            foo[0] = len(foo)  # read and written
        foo.extend(z)

    # outside
    return foo
)",
                      {.cell = "foo", .test = "foo is None"}),
            R"(foo = None

def bar():
    global foo
    if foo is None:
        new_foo = []  # the new list
        for x in y:
            # keep order
            new_foo.append(x)
            new_foo[0] = len(new_foo)  # read and written
        new_foo.extend(z)
        foo = new_foo

    # outside
    return foo
)");
}

TEST(BuildThenAssign, FillsANewContainerAndAddsGlobal) {
  EXPECT_EQ(rewritten(R"(foo = []
def bar():
    """Fills foo."""
    if not foo:
        # one by one
        for x in y:
            foo.append(x)
    for x in foo:
        use(x)
)",
                      {.cell = "foo", .test = "not foo", .container = ContainerKind::list}),
            R"(foo = []
def bar():
    """Fills foo."""
    global foo
    if not foo:
        new_foo = []
        # one by one
        for x in y:
            new_foo.append(x)
        foo = new_foo
    for x in foo:
        use(x)
)");
}

TEST(BuildThenAssign, PublishesATupleWhereNobodyChangesTheList) {
  EXPECT_EQ(rewritten(R"(def bar():
    global foo
    if not foo:
        foo = []
        foo += a
        foo.insert(0, b)
    return foo[0] in foo
)",
                      {.cell = "foo", .test = "not foo", .may_be_tuple = true}),
            R"(def bar():
    global foo
    if not foo:
        new_foo = []
        new_foo += a
        new_foo.insert(0, b)
        foo = tuple(new_foo)
    return foo[0] in foo
)");
}

TEST(BuildThenAssign, KeepsTheListWhereATupleWouldDiffer) {
  constexpr const char* uses[] = {"foo + other", "foo == []", "isinstance(foo, list)", "'%s' % foo", "foo.copy()",
                                  "print(foo)",  "f'{foo}'"};
  for (const std::string use : uses) {
    const std::string before =
        "def bar():\n    global foo\n    if foo is None:\n        foo = []\n        foo.append(1)\n    return " + use +
        "\n";
    const std::string after = rewritten(before, {.cell = "foo", .test = "foo is None", .may_be_tuple = true});
    EXPECT_NE(after.find("        foo = new_foo\n"), std::string::npos) << after;
  }
}

TEST(BuildThenAssign, KeepsTheListThatSomebodyElseHolds) {
  EXPECT_EQ(rewritten(R"(def bar():
    global foo
    if foo is None:
        foo = []
        registry.items = foo
        foo.append(1)
)",
                      {.cell = "foo", .test = "foo is None", .may_be_tuple = true}),
            R"(def bar():
    global foo
    if foo is None:
        new_foo = []
        registry.items = new_foo
        new_foo.append(1)
        foo = new_foo
)");
}

TEST(BuildThenAssign, HandlesDictsAndSetsAndEveryMutator) {
  EXPECT_EQ(rewritten(R"(def load():
    if not X:
        X['a'] = 1
        X.update(b=2)
        X.setdefault('c', []).append(X)
        del X['a']
        X.pop('b')
        X['d'] += 1
        X['e'].append(1)
)",
                      {.test = "not X", .container = ContainerKind::dict}),
            R"(def load():
    global X
    if not X:
        new_x = {}
        new_x['a'] = 1
        new_x.update(b=2)
        new_x.setdefault('c', []).append(new_x)
        del new_x['a']
        new_x.pop('b')
        new_x['d'] += 1
        new_x['e'].append(1)
        X = new_x
)");
  EXPECT_EQ(rewritten("def load():\n    global X\n    if len(X) == 0:\n        X.add(1)\n        X |= more\n",
                      {.test = "len(X) == 0", .container = ContainerKind::set}),
            "def load():\n    global X\n    if len(X) == 0:\n        new_x = set()\n        new_x.add(1)\n        "
            "new_x |= more\n"
            "        X = new_x\n");
}

TEST(BuildThenAssign, StartsFromACopyWhenTheCellMayHoldSomething) {
  EXPECT_EQ(rewritten(R"(def load():
    if not loaded:
        for name in names:
            X[name] = 1
        X['end'] = 2
)",
                      {.test = "not loaded", .container = ContainerKind::dict, .starts_empty = false}),
            R"(def load():
    global X
    if not loaded:
        new_x = dict(X)
        for name in names:
            new_x[name] = 1
        new_x['end'] = 2
        X = new_x
)");
}

TEST(BuildThenAssign, MakesAnEmptyOneOfTheSameType) {
  EXPECT_EQ(rewritten("def load():\n    global X\n    if not X:\n        X['a'] = 1\n        X['b'] = 2\n",
                      {.test = "not X", .container = ContainerKind::object, .empty_value = "OrderedDict()"}),
            "def load():\n    global X\n    if not X:\n        new_x = OrderedDict()\n        new_x['a'] = 1\n        "
            "new_x['b'] = 2\n"
            "        X = new_x\n");
}

TEST(BuildThenAssign, FollowsAttributes) {
  EXPECT_EQ(rewritten(R"(class Resolver:
    def table(self):
        if self._table is None:
            self._table = {}
            for other in self.others:
                self._table.update(other._table)
        return self._table
)",
                      {.cell = "self._table", .is_global = false, .test = "self._table is None"}),
            R"(class Resolver:
    def table(self):
        if self._table is None:
            new_table = {}
            for other in self.others:
                new_table.update(other._table)
            self._table = new_table
        return self._table
)");
}

TEST(BuildThenAssign, AssignsToTheOwnerOfAClassAttribute) {
  EXPECT_EQ(rewritten(R"(class C:
    _x = []
    def get(self):
        if not self._x:
            self._x.append(1)
            self._x.append(2)
        return self._x
)",
                      {.cell = "self._x",
                       .is_global = false,
                       .test = "not self._x",
                       .container = ContainerKind::list,
                       .owner = "type(self)._x"}),
            R"(class C:
    _x = []
    def get(self):
        if not self._x:
            new_x = []
            new_x.append(1)
            new_x.append(2)
            type(self)._x = new_x
        return self._x
)");
}

TEST(BuildThenAssign, FinishesAnObjectBeforeItIsSeen) {
  EXPECT_EQ(
      rewritten(
          R"(class C:
    @classmethod
    def instance(cls):
        with cls._lock:
            if cls._inst is None:
                cls._inst = object.__new__(cls)
                cls._inst.x = 1
                cls._inst.setup()
        return cls._inst
)",
          {.cell = "cls._inst", .is_global = false, .test = "cls._inst is None", .container = ContainerKind::object}),
      R"(class C:
    @classmethod
    def instance(cls):
        with cls._lock:
            if cls._inst is None:
                new_inst = object.__new__(cls)
                new_inst.x = 1
                new_inst.setup()
                cls._inst = new_inst
        return cls._inst
)");
}

TEST(BuildThenAssign, KnowsTheClassOfAnInstanceInEverySpelling) {
  for (const std::string cell : {"type(self)._x", "self.__class__._x", "Registry._x"}) {
    const std::string before = "class Registry:\n    def f(self):\n        if " + cell + " is None:\n            " +
                               cell + " = {}\n            " + cell + "[1] = 2\n            " + cell + ".update(a)\n";
    EXPECT_EQ(rewritten(before, {.cell = cell, .is_global = false, .test = cell + " is None"}),
              "class Registry:\n    def f(self):\n        if " + cell +
                  " is None:\n            new_x = {}\n            new_x[1] = 2\n" +
                  "            new_x.update(a)\n            " + cell + " = new_x\n");
  }
}

TEST(BuildThenAssign, PutsTheAssignmentBehindTheLastChange) {
  EXPECT_EQ(rewritten(R"(def find(name):
    if X:
        return X[name]
    log(len(X))
    for n in names:
        X[n] = load(n)
    # complete
    for n in X:
        if n == name:
            return n
    return X.get(name)
)",
                      {.test = "X:", .container = ContainerKind::dict}),
            R"(def find(name):
    global X
    if X:
        return X[name]
    log(len(X))
    new_x = {}
    for n in names:
        new_x[n] = load(n)
    X = new_x
    # complete
    for n in X:
        if n == name:
            return n
    return X.get(name)
)");
}

TEST(BuildThenAssign, CountsChangesOfPartsAsChanges) {
  EXPECT_EQ(rewritten(R"(def f():
    global X
    if X is None:
        X = {}
        X.update(a)
        for part in X.values():
            part.finish()
        log(X)
        first = X[0]
        first.end = 1
        print(len(X))
)",
                      {.test = "X is None"}),
            R"(def f():
    global X
    if X is None:
        new_x = {}
        new_x.update(a)
        for part in new_x.values():
            part.finish()
        log(new_x)
        first = new_x[0]
        first.end = 1
        X = new_x
        print(len(X))
)");
}

}  // namespace
}  // namespace analysis
