// Places, calls, values and the order in which expressions are evaluated.
#include <gtest/gtest.h>

#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

TEST(Places, AreReadOnceForTheLongestPath) { EXPECT_EQ(ops_of("a.b[c.d].e\n"), "read c.d\nread a.b[c.d].e\n"); }

TEST(Places, NameConstantAndDottedKeys) {
  EXPECT_EQ(ops_of("del a['x'], a[-1], a[k.l], a[None], a[f()], a[1:2], a[1, 2], a[f'{x}']\n"),
            "remove a['x']\n"
            "remove a[-1]\n"
            "read k.l\n"
            "remove a[k.l]\n"
            "remove a[None]\n"
            "call f()\n"
            "remove a[…]\n"
            "remove a[…]\n"
            "remove a[…]\n"
            "read x\n"
            "remove a[…]\n");
}

TEST(Places, HaveOtherSpellings) {
  EXPECT_EQ(ops_of("type(x).a\n"), "read x.__class__.a\n");
  EXPECT_EQ(ops_of("x.__class__.a\n"), "read x.__class__.a\n");
  EXPECT_EQ(ops_of("type(self.x)\n"), "read self.x.__class__\n");
  EXPECT_EQ(ops_of("getattr(x, 'a')\n"), "read x.a\n");
  EXPECT_EQ(ops_of("getattr(x, \"a\", d).b\n"), "read d\nread x.a.b\n");
  EXPECT_EQ(ops_of("globals()['X']\n"), "read globals:X\n");
  EXPECT_EQ(ops_of("globals().get('X', d)\n"), "read d\nread globals:X\n");
  EXPECT_EQ(ops_of("vars(x)['a']\n"), "read x.a\n");
  EXPECT_EQ(ops_of("x.__dict__['a'].b\n"), "read x.a.b\n");
}

TEST(Places, HaveOtherSpellingsForChanges) {
  EXPECT_EQ(ops_of("setattr(x, 'a', [])\n"), "bind x.a = list empty\n");
  EXPECT_EQ(ops_of("delattr(x.y, 'a')\n"), "remove x.y.a\n");
  EXPECT_EQ(ops_of("globals()['X'] = 1\n"), "bind globals:X = number\n");
  EXPECT_EQ(ops_of("type(self).count += 1\n"), "augment self.__class__.count = number\n");
}

TEST(Places, AreCallsWhereTheNameIsNotConstant) {
  EXPECT_EQ(ops_of("getattr(x, n)\n"), "read x\nread n\ncall getattr(x, n)\n");
  EXPECT_EQ(ops_of("setattr(x, 'not a name', 1)\n"), "read x\ncall setattr(x, string, number)\n");
  EXPECT_EQ(ops_of("type(n, (), {})\n"), "read n\ncall type(n, tuple empty, dict empty)\n");
  EXPECT_EQ(ops_of("globals().update(x)\n"), "call globals()\nread x\ncall globals().update(x)\n");
}

TEST(Places, OfSuperBeginAtTheReceiver) {
  EXPECT_EQ(dump_of("def f(this): super().go(); super(C, this).x\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f(this)\n"
            "  call this.super.go()\n"
            "  read this.super.x\n");
}

TEST(Calls, ComeAfterTheirArguments) {
  EXPECT_EQ(ops_of("a.b(c.d, g(1), k=x, *y, **z).h(2)\n"),
            "read c.d\n"
            "call g(number)\n"
            "read x\n"
            "read y\n"
            "iterate y\n"
            "read z\n"
            "call a.b(c.d, result of g, k=x, *y, *z)\n"
            "call a.b().h(number)\n");
}

TEST(Calls, CanHaveCalleesWithoutAName) {
  EXPECT_EQ(ops_of("f(x)(y)\n"), "read x\ncall f(x)\nread y\ncall f()(y)\n");
  EXPECT_EQ(ops_of("', '.join(x)\n"), "read x\ncall ….join(x)\n");
  EXPECT_EQ(ops_of("(a or b).c()\n"),
            "read a\n"
            "branch expression [truth a unset if false]\n"
            "otherwise expression\n"
            "  read b\n"
            "end\n"
            "call ….c()\n");
}

TEST(Values, TellEmptyFromFull) {
  EXPECT_EQ(ops_of("a, b, c, d, e, f = [], {}, (), '', 0, False\n"),
            "bind a = list empty\n"
            "bind b = dict empty\n"
            "bind c = tuple empty\n"
            "bind d = string empty\n"
            "bind e = number empty\n"
            "bind f = boolean empty\n");
  EXPECT_EQ(ops_of("a, b, c, d, e, f, g = [1], {1: 2}, (1,), ' ', 0x10, True, {1}\n"),
            "bind a = list\n"
            "bind b = dict\n"
            "bind c = tuple\n"
            "bind d = string\n"
            "bind e = number\n"
            "bind f = boolean\n"
            "bind g = set\n");
  EXPECT_EQ(ops_of("a, b, c, d = b'', '''''', 0.0, 0e5\n"),
            "bind a = string empty\n"
            "bind b = string empty\n"
            "bind c = number empty\n"
            "bind d = number empty\n");
}

TEST(Values, OfAwaitedCallsAreThoseOfTheCalls) {
  EXPECT_EQ(dump_of("async def f(): x = await g()\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "async function #1 f()\n"
            "  call g()\n"
            "  await result of g\n"
            "  bind x = result of g\n");
}

TEST(Values, OfNegativeNumbersAreNumbers) { EXPECT_EQ(ops_of("x = -1\n"), "bind x = number\n"); }

TEST(Strings, HaveInterpolationsThatAreEvaluated) {
  EXPECT_EQ(ops_of("f'{a.b!r:>{w}} {g()=}' t'{c}' '{d}'\n"), "read a.b\nread w\ncall g()\nread c\n");
}

TEST(Strings, InBackticksAreOther) { EXPECT_EQ(ops_of("x = `y`\n"), "bind x = other\n"); }

TEST(Operators, EvaluateFromLeftToRight) {
  EXPECT_EQ(ops_of("a + b * c ** -d\n"), "read a\nread b\nread c\nread d\n");
  EXPECT_EQ(ops_of("x = not (y)\n"), "read y\nbind x = other\n");
}

TEST(Comprehensions, RenameWhatTheyBind) {
  EXPECT_EQ(ops_of("x = [y.a for x, y in y.b if x for z in x]\n"),
            "read y.b\n"
            "iterate y.b\n"
            "loop\n"
            "  bind .x = element of y.b\n"
            "  bind .y = element of y.b\n"
            "  read .x\n"
            "  branch expression [truth .x unset if false]\n"
            "    read .x\n"
            "    iterate .x\n"
            "    loop\n"
            "      bind .z = element of .x\n"
            "      read .y.a\n"
            "    end\n"
            "  end\n"
            "end\n"
            "bind x = list comprehension\n");
}

TEST(Comprehensions, OfAllKindsRunWhereTheyStand) {
  EXPECT_EQ(ops_of("f({k: v for k, v in d.items()})\n"),
            "call d.items()\n"
            "iterate result of d.items\n"
            "loop\n"
            "  bind .k = element of the result of d.items\n"
            "  bind .v = element of the result of d.items\n"
            "  read .k\n"
            "  read .v\n"
            "end\n"
            "call f(dict comprehension)\n");
  EXPECT_EQ(ops_of("any(x for x in y)\n"),
            "read y\n"
            "iterate y\n"
            "loop\n"
            "  bind .x = element of y\n"
            "  read .x\n"
            "end\n"
            "call any(other comprehension)\n");
}

TEST(Comprehensions, LetAWalrusOut) {
  EXPECT_EQ(ops_of("{(n := x) for x in y}\n"),
            "read y\n"
            "iterate y\n"
            "loop\n"
            "  bind .x = element of y\n"
            "  read .x\n"
            "  bind n = .x\n"
            "end\n");
}

TEST(Comprehensions, AreSeenByLambdasInThem) {
  EXPECT_EQ(dump_of("[lambda x: x + y for x in a for y in x]\n"),
            "module\n"
            "  read a\n"
            "  iterate a\n"
            "  loop\n"
            "    bind .x = element of a\n"
            "    read .x\n"
            "    iterate .x\n"
            "    loop\n"
            "      bind .y = element of .x\n"
            "    end\n"
            "  end\n"
            "lambda #1(x)\n"
            "  read x\n"
            "  read .y\n"
            "  return other\n");
}

TEST(Lambdas, ReturnTheirBody) {
  EXPECT_EQ(dump_of("f = lambda a, *b, c=d: a.x\n"),
            "module\n"
            "  read d\n"
            "  bind f = lambda #1\n"
            "lambda #1(a, *b, c by keyword = d)\n"
            "  read a.x\n"
            "  return a.x\n");
}

TEST(Yields, MakeGenerators) {
  EXPECT_EQ(dump_of("def f():\n  x = yield y\n  yield from z\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "function #1 f() generator\n"
            "  read y\n"
            "  yield y\n"
            "  bind x = other\n"
            "  read z\n"
            "  iterate z\n"
            "  yield z\n");
}

}  // namespace
}  // namespace analysis
