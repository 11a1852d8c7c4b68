// What is not rewritten, and why; scopes in which a name only looks like the cell.
#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::rewritten;

struct Refused {
  const char* body;  // of `if X is None:`, at depth 2
  const char* reason;
};

TEST(BuildThenAssignRefusals, SaysWhy) {
  constexpr Refused cases[] = {
      {"X = []\n        X.append(1)\n        del X", "`X` is deleted, or bound by something else than an assignment"},
      {"for X in names:\n            X.append(1)", "`X` is deleted, or bound by something else than an assignment"},
      {"import X\n        X.append(1)", "`X` is deleted, or bound by something else than an assignment"},
      {"X = make()", "`X` is complete already when it is assigned"},
      {"if a:\n            X = make()\n        else:\n            X = other()",
       "`X` is complete already when it is assigned"},
      {"fill()", "`X` is filled under another name, or elsewhere"},
      {"X = {}\n        X.update(a)\n        return X.setdefault(1, 2)", "`X` is changed by a `return`"},
      {"X = []; X.append(1); log()", "several statements share a line"},
      {"X = []\n        def later():\n            return X\n        callbacks.append(later)\n        X.append(1)",
       "`later` uses `X` and may outlive the region"},
      {"X = []\n        callbacks.append(lambda: X)\n        X.append(1)",
       "a lambda that may be called later uses `X`"},
      {"X = []\n        class C:\n            items = X\n        X.append(1)",
       "`C` uses `X` and may outlive the region"},
      {"X = []\n        def add():\n            global X\n            X = X + [1]\n        add()\n        X.append(1)",
       "a nested function rebinds `X`"},
      {"X = []\n        globals()['X'].append(1)\n        X.append(1)", "`X` is also reached by its name in a string"},
      {"X = []\n        X.append(`X`)", "`X` stands between backticks"},
      {"X = []\n        X.append(f'{X=}')", "`{X=}` prints the name of `X`"},
      {"X = []\n        X.append(1))", "the guarded code does not parse"},
      {"try:\n            X = {}\n            X.update(a)\n            return X\n        finally:\n            "
       "X['end'] = 1",
       "a `finally` changes `X` after the region is left"},
      {"with lock:\n            if X is None:\n                X = []\n            X.append(1)",
       "`X` is tested again inside the region, and used whatever the outcome"},
  };
  for (const Refused& item : cases) {
    const std::string before = std::string("def get():\n    global X\n    if X is None:\n        ") + item.body + "\n";
    EXPECT_EQ(rewritten(before, {.test = "X is None"}), std::string("refused: ") + item.reason) << before;
  }
}

TEST(BuildThenAssignRefusals, NeedsToKnowWhatIsFilled) {
  EXPECT_EQ(rewritten("def get():\n    if not X:\n        X[1] = 2\n        X[2] = 3\n", {.test = "not X"}),
            "refused: what `X` holds before is not known to be a list, dict or set");
  EXPECT_EQ(rewritten("def get(list):\n    if not done:\n        X.append(1)\n        X.append(2)\n",
                      {.test = "not done", .container = ContainerKind::list, .starts_empty = false}),
            "refused: `list` has another meaning here");
}

TEST(BuildThenAssignRefusals, NeedsACellThatTheFunctionShares) {
  EXPECT_EQ(rewritten("def get():\n    if not X:\n        X = []\n        X.append(1)\n", {.test = "not X"}),
            "refused: `X` is a local name of the function");
  EXPECT_EQ(rewritten("def outer():\n    X = []\n    def get():\n        if not X:\n            X.append(1)\n          "
                      "  X.append(2)\n",
                      {.is_global = false, .test = "not X", .container = ContainerKind::list}),
            "refused: `X` belongs to a function around this one");
  EXPECT_EQ(rewritten("if not X:\n    X.append(1)\ndef get():\n    if not Y: Y.append(1); Y.append(2)\n",
                      {.cell = "Y", .test = "not Y", .container = ContainerKind::list}),
            "refused: the guarded code shares a line with other code");
}

TEST(BuildThenAssignRefusals, KeepsOtherNamesOfTheOldContainer) {
  EXPECT_EQ(
      rewritten(
          "def get():\n    items = X\n    if not X:\n        X.append(1)\n        X.append(2)\n    return items\n",
          {.test = "not X", .container = ContainerKind::list}),
      "refused: `items` is another name of `X`");
}

TEST(BuildThenAssignRefusals, KeepsToOneSpelling) {
  EXPECT_EQ(rewritten("class C:\n    def get(self):\n        if not self._x:\n            self._x.append(1)\n          "
                      "  C._x.append(2)\n",
                      {.cell = "self._x", .is_global = false, .test = "not self._x", .container = ContainerKind::list}),
            "refused: `self._x` is also spelled `C._x`");
}

TEST(BuildThenAssignScopes, LeavesWhatIsOnlySpelledAlike) {
  EXPECT_EQ(rewritten(R"(def get(other):
    if not foo:
        foo.append(other.foo)
        foo.append(call(foo=1, bar=foo))
        foo.extend(foo for foo in other)
        foo.extend([x for x in foo if x])
        foo.sort(key=lambda foo: foo.foo)
        foo.sort(key=lambda x: foo.index(x))
        def inner(foo, x=1):
            return foo
        inner("foo", f"{foo} {foo!r:>{len(foo)}} foo")  # foo
        def shown():
            return len(foo)
        foo.append(shown())
)",
                      {.cell = "foo", .test = "not foo", .container = ContainerKind::list}),
            R"(def get(other):
    global foo
    if not foo:
        new_foo = []
        new_foo.append(other.foo)
        new_foo.append(call(foo=1, bar=new_foo))
        new_foo.extend(foo for foo in other)
        new_foo.extend([x for x in new_foo if x])
        new_foo.sort(key=lambda foo: foo.foo)
        new_foo.sort(key=lambda x: new_foo.index(x))
        def inner(foo, x=1):
            return foo
        inner("foo", f"{new_foo} {new_foo!r:>{len(new_foo)}} foo")  # foo
        def shown():
            return len(new_foo)
        new_foo.append(shown())
        foo = new_foo
)");
}

TEST(BuildThenAssignScopes, LeavesAttributesOfOtherObjects) {
  EXPECT_EQ(rewritten(R"(class C:
    def get(self, peer):
        if not self.x:
            for self.y in peer.x:
                self.x.append(self.parent.x)
            self.x.extend(map(lambda self: self.x, peer))
)",
                      {.cell = "self.x", .is_global = false, .test = "not self.x", .container = ContainerKind::list}),
            R"(class C:
    def get(self, peer):
        if not self.x:
            new_x = []
            for self.y in peer.x:
                new_x.append(self.parent.x)
            new_x.extend(map(lambda self: self.x, peer))
            self.x = new_x
)");
}

TEST(UnusedLocalName, CollidesWithNothing) {
  const std::string text = "def f(new_x):\n    def g():\n        new_x2 = new_x3 = a.new_x4\n    return new_value\n";
  const auto tree = parse(make_source_text(text));
  const TextRange function{0, static_cast<std::uint32_t>(text.size() - 1)};

  EXPECT_EQ(unused_local_name(*tree, function, "X"), "new_x4");
  EXPECT_EQ(unused_local_name(*tree, function, "_loaders"), "new_loaders");
  EXPECT_EQ(unused_local_name(*tree, function, "self.__class__._by_name"), "new_by_name");
  EXPECT_EQ(unused_local_name(*tree, function, "HTTP_CODES"), "new_http_codes");
  EXPECT_EQ(unused_local_name(*tree, function, "__"), "new_value2");
  EXPECT_EQ(unused_local_name(*tree, function, "größe"), "new_größe");
}

}  // namespace
}  // namespace analysis
