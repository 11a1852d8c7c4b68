// Cells that are filled through functions of the same module.
#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;

TEST(BuildThenAssignHelpers, GivesTheHelperAParameter) {
  EXPECT_EQ(
      rewritten(R"(_codecs = {}

def register(name, codec):
    """Adds one."""
    if name not in _codecs:
        _codecs[name] = codec

def get(name):
    if not _codecs:
        load()
    return _codecs[name]

def load():
    """Adds all."""
    for name in NAMES:
        register(name, find(name))

register('own', own)
)",
                {.cell = "_codecs", .body_of = "load", .container = ContainerKind::dict, .helpers = {"register"}}),
      R"(_codecs = {}

def register(name, codec, codecs=None):
    """Adds one."""
    if codecs is None:
        codecs = _codecs
    if name not in codecs:
        codecs[name] = codec

def get(name):
    if not _codecs:
        load()
    return _codecs[name]

def load():
    """Adds all."""
    global _codecs
    new_codecs = {}
    for name in NAMES:
        register(name, find(name), codecs=new_codecs)
    _codecs = new_codecs

register('own', own)
)");
}

TEST(BuildThenAssignHelpers, FollowsAChainOfHelpers) {
  EXPECT_EQ(rewritten(R"(def get():
    if not X:
        fill()
        X['end'] = 1
    return X

def fill():
    for n in names:
        add(n, 1)

def add(key, value, **options):
    # one of many
    X[key] = value
)",
                      {.test = "not X", .container = ContainerKind::dict, .helpers = {"fill", "add"}}),
            R"(def get():
    global X
    if not X:
        new_x = {}
        fill(x=new_x)
        new_x['end'] = 1
        X = new_x
    return X

def fill(x=None):
    for n in names:
        add(n, 1, x=x)

def add(key, value, x=None, **options):
    if x is None:
        x = X
    # one of many
    x[key] = value
)");
}

TEST(BuildThenAssignHelpers, HandlesMethods) {
  EXPECT_EQ(rewritten(R"(class Registry(object):
	def items(self):
		if self.items is None:
			self.items = {}
			for n in names:
				self._add(n, *extra)
			self._add(**options)
		return self.items

	@classmethod
	def other(cls):
		pass

	def _add(this, name, value=1,):
		this.items[name] = value
)",
                      {.cell = "self.items",
                       .is_global = false,
                       .test = "self.items is None",
                       .container = ContainerKind::unknown,
                       .helpers = {"_add"}}),
            R"(class Registry(object):
	def items(self):
		if self.items is None:
			new_items = {}
			for n in names:
				self._add(n, *extra, items=new_items)
			self._add(items=new_items, **options)
			self.items = new_items
		return self.items

	@classmethod
	def other(cls):
		pass

	def _add(this, name, value=1, items=None,):
		if items is None:
			items = this.items
		items[name] = value
)");
}

TEST(BuildThenAssignHelpers, PassesTheLocalOnWhereTheCellIsAnArgumentAlready) {
  EXPECT_EQ(rewritten("def get():\n    global X\n    if X is None:\n        X = {}\n        fill(X, into=X)\n",
                      {.test = "X is None"}),
            "def get():\n    global X\n    if X is None:\n        new_x = {}\n        fill(new_x, into=new_x)\n        "
            "X = new_x\n");
}

TEST(BuildThenAssignHelpers, AvoidsNamesThatTheHelperUses) {
  EXPECT_EQ(
      rewritten("def add(table, k):\n    _table[k] = len(table)\ndef get():\n    if not _table:\n        add([], 1)\n  "
                "      add([], 2)\n",
                {.cell = "_table", .test = "not _table", .container = ContainerKind::dict, .helpers = {"add"}}),
      "def add(table, k, table2=None):\n    if table2 is None:\n        table2 = _table\n    table2[k] = len(table)\n"
      "def get():\n    global _table\n    if not _table:\n        new_table = {}\n        add([], 1, "
      "table2=new_table)\n"
      "        add([], 2, table2=new_table)\n        _table = new_table\n");
}

TEST(BuildThenAssignHelpers, GivesAHelperOneParameterForEachCell) {
  const std::string test = "not A";
  EXPECT_EQ(
      rewriting::rewritten_together(
          "def fill():\n    A.append(1)\n    B.append(2)\ndef get():\n    if not A:\n        fill()\n        fill()\n",
          {{.cell = "A", .test = test, .container = ContainerKind::list, .helpers = {"fill"}},
           {.cell = "B", .test = test, .container = ContainerKind::list, .helpers = {"fill"}}}),
      "def fill(b=None, a=None):\n    if b is None:\n        b = B\n    if a is None:\n        a = A\n    "
      "a.append(1)\n    b.append(2)\n"
      "def get():\n    global A, B\n    if not A:\n        new_b = []\n        new_a = []\n        fill(b=new_b, "
      "a=new_a)\n"
      "        fill(b=new_b, a=new_a)\n        B = new_b\n        A = new_a\n");
}

struct Refused {
  const char* helper;  // the definition of `add`, and what else the module says
  const char* call;
  const char* reason;
};

TEST(BuildThenAssignHelpers, SaysWhyAHelperCannotBeChanged) {
  constexpr Refused cases[] = {
      {"def add(*names):\n    X.extend(names)\n", "add(1)", "`add` takes any number of arguments"},
      {"@memoize\ndef add(n):\n    X.append(n)\n", "add(1)", "`add` is decorated"},
      {"def add(n):\n    global X\n    X = X + [n]\n", "add(1)", "`add` rebinds `X`"},
      {"def add(n): X.append(n)\n", "add(1)", "`add` is written on one line"},
      {"def add(n):\n    X.append(n)\ncallbacks = [add]\n", "add(1)", "`add` is also used as a value"},
      {"def add(n):\n    X.append(n)\nadd = memoize(add)\n", "add(1)", "`add` is bound to something else, too"},
      {"def add(n):\n    X.append(n)\ndef add(n):\n    X.append(n)\n", "add(1)", "`add` is defined twice"},
      {"def add(n):\n    return lambda: X.append(n)\n", "add(1)", "a function inside `add` uses `X`"},
      {"def add(n):\n    globals()['X'].append(n)\n", "add(1)", "`add` fills `X` under another name"},
      {"def add(n):\n    X.append(n)\n", "add(n for n in names)",
       "a generator expression is the only argument of `add`"},
  };
  for (const Refused& item : cases) {
    const std::string before = std::string(item.helper) +
                               "def get():\n    if not X:\n        for n in names:\n            " + item.call + "\n";
    EXPECT_EQ(rewritten(before, {.test = "not X", .container = ContainerKind::list, .helpers = {"add"}}),
              std::string("refused: ") + item.reason)
        << before;
  }
}

TEST(BuildThenAssignHelpers, LeavesMethodsThatMayBeOverriddenAlone) {
  EXPECT_EQ(
      rewritten(
          "class A:\n    def get(self):\n        if not self.x:\n            self.add(1)\n            self.add(2)\n"
          "    def add(self, n):\n        self.x.append(n)\nclass B(A):\n    def add(self, n):\n        pass\n",
          {.cell = "self.x",
           .is_global = false,
           .test = "not self.x",
           .container = ContainerKind::list,
           .helpers = {"add"}}),
      "refused: `add` is defined in another class too");
}

TEST(BuildThenAssignHelpers, DoesNotMeetReadersHalfWay) {
  const std::string readers = "def size():\n    return len(X)\n";
  EXPECT_EQ(
      rewritten(readers + "def get():\n    global X\n    if X is None:\n        X = []\n        X.append(size())\n",
                {.test = "X is None", .readers = {"size"}}),
      "refused: `size` reads `X` before it is complete");
  EXPECT_EQ(rewritten(readers + "def get():\n    global X\n    if X is None:\n        size()\n        X = "
                                "list(size())\n        X.append(1)\n        return size()\n",
                      {.test = "X is None", .readers = {"size"}}),
            readers +
                "def get():\n    global X\n    if X is None:\n        size()\n        new_x = list(size())\n        "
                "new_x.append(1)\n"
                "        X = new_x\n        return size()\n");
}

}  // namespace
}  // namespace analysis
