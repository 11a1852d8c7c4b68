// Statements: their operations, blocks and bindings.
#include <gtest/gtest.h>

#include "tests/analysis/lowered.h"

namespace analysis {
namespace {

TEST(Assignments, BindOneValueFromLeftToRight) {
  const auto statements = lowered("a = b.c = f()\n");
  const ir::StatementFacts& facts = *statements.front().facts;
  const std::vector<ir::Op>& ops = facts.functions.front().ops;

  EXPECT_EQ(dump(facts), "module\n  call f()\n  bind a = result of f\n  bind b.c = result of f\n");
  EXPECT_EQ(ops[1].value, ops[2].value);
}

TEST(Assignments, WithoutValueBindNothing) {
  EXPECT_EQ(ops_of("x: List[int]\n"), "");
  EXPECT_EQ(ops_of("x: List[int] = []\n"), "bind x = list empty\n");
}

TEST(Assignments, ToItemsEvaluateTheKeyAfterTheValue) {
  EXPECT_EQ(ops_of("a[k] = f()\n"), "call f()\nread k\nbind a[k] = result of f\n");
}

TEST(Assignments, UnpackDisplaysPairwise) {
  EXPECT_EQ(ops_of("a, self.b = [], c\n"), "read c\nbind a = list empty\nbind self.b = c\n");
  EXPECT_EQ(ops_of("(a, b) = [x, {}]\n"), "read x\nbind a = x\nbind b = dict empty\n");
}

TEST(Assignments, UnpackOthersByElement) {
  EXPECT_EQ(ops_of("a, (b, *c) = x.y\n"),
            "read x.y\nbind a = element of x.y\nbind b = element of x.y\nbind c = list\n");
  EXPECT_EQ(ops_of("a, b = f()\n"),
            "call f()\nbind a = element of the result of f\nbind b = element of the result of f\n");
  EXPECT_EQ(ops_of("a, b = *x, y\n"), "read x\niterate x\nread y\nbind a = element\nbind b = element\n");
}

TEST(Assignments, ThatAugmentEvaluateTheTargetFirst) {
  EXPECT_EQ(ops_of("a[f()] += b\n"), "call f()\nread b\naugment a[…] = b\n");
}

TEST(Assignments, HaveRangesOfTheirStatement) {
  const std::string_view source = "x = 1; self.y = z\n";
  const auto statements = lowered(source);
  ASSERT_EQ(statements.size(), 2U);
  const ir::StatementFacts& facts = *statements[1].facts;
  const ir::Op& bind = facts.functions.front().ops.back();
  const ir::Place& place = facts.places[bind.place.index];

  EXPECT_EQ(statements[1].begin, 7U);
  EXPECT_EQ(bind.range, (TextRange{0, 10}));
  EXPECT_EQ(place.range, (TextRange{0, 6}));
}

TEST(Removals, AreOnePerPlace) { EXPECT_EQ(ops_of("del (a, b.c), d\n"), "remove a\nremove b.c\nremove d\n"); }

TEST(Ifs, ChainInOtherwise) {
  EXPECT_EQ(ops_of("if a: b\nelif c: d\nelse: e\n"),
            "read a\n"
            "branch [truth a unset if false]\n"
            "  read b\n"
            "otherwise\n"
            "  read c\n"
            "  branch [truth c unset if false]\n"
            "    read d\n"
            "  otherwise\n"
            "    read e\n"
            "  end\n"
            "end\n");
}

TEST(Blocks, KnowTheirEnd) {
  const auto statements = lowered("if a:\n  b\nelse:\n  c\n");
  const std::vector<ir::Op>& ops = statements.front().facts->functions.front().ops;
  ASSERT_EQ(ops.size(), 6U);
  EXPECT_EQ(ops[1].kind, ir::OpKind::branch);
  EXPECT_EQ(ops[1].end, 5U);
  EXPECT_EQ(ops[1].block, (TextRange{8, 9}));
  EXPECT_EQ(ops[3].kind, ir::OpKind::otherwise);
  EXPECT_EQ(ops[3].end, 5U);
  EXPECT_EQ(ops[3].block, (TextRange{18, 19}));
  EXPECT_EQ(ops[5].kind, ir::OpKind::end);
}

TEST(Loops, IterateBindAndRunElse) {
  EXPECT_EQ(ops_of("for i, x in enumerate(y.z):\n  break\nelse:\n  a\n"),
            "read y.z\n"
            "call enumerate(y.z)\n"
            "iterate result of enumerate\n"
            "loop\n"
            "  bind i = element of the result of enumerate\n"
            "  bind x = element of the result of enumerate\n"
            "  break\n"
            "otherwise\n"
            "  read a\n"
            "end\n");
  EXPECT_EQ(ops_of("for self.x in y:\n  continue\n"),
            "read y\niterate y\nloop\n  bind self.x = element of y\n  continue\nend\n");
}

TEST(Loops, CanBeAsynchronous) {
  EXPECT_EQ(dump_of("async def f():\n  async for x in y: pass\n"),
            "module\n"
            "  define function #1\n"
            "  bind f = function #1\n"
            "async function #1 f()\n"
            "  read y\n"
            "  iterate async y\n"
            "  loop async\n"
            "    bind x = element of y\n"
            "  end\n");
}

TEST(Tries, HaveHandlersElseAndFinally) {
  EXPECT_EQ(ops_of("try: a\n"
                   "except KeyError: b\n"
                   "except (OSError, socket.error) as e: c\n"
                   "except: d\n"
                   "else: f\n"
                   "finally: g\n"),
            "try\n"
            "  read a\n"
            "handler [KeyError]\n"
            "  read b\n"
            "handler [OSError; error]\n"
            "  bind e = other\n"
            "  read c\n"
            "handler\n"
            "  read d\n"
            "otherwise\n"
            "  read f\n"
            "finally\n"
            "  read g\n"
            "end\n");
}

TEST(Tries, TellPython2TargetsFromTypes) {
  EXPECT_EQ(ops_of("try: a\nexcept KeyError, e: b\n"),
            "try\n  read a\nhandler [KeyError]\n  bind e = other\n  read b\nend\n");
  EXPECT_EQ(ops_of("try: a\nexcept KeyError, OSError: b\n"),
            "try\n  read a\nhandler [KeyError; OSError]\n  read b\nend\n");
  EXPECT_EQ(ops_of("try: a\nexcept* KeyError: b\n"), "try\n  read a\nhandler [KeyError]\n  read b\nend\n");
}

TEST(Withs, NestAndBind) {
  EXPECT_EQ(ops_of("with self.lock, open(p) as f: a\n"),
            "read self.lock\n"
            "with self.lock\n"
            "  read p\n"
            "  call open(p)\n"
            "  with f = result of open\n"
            "    bind f = result of open\n"
            "    read a\n"
            "  end\n"
            "end\n");
  EXPECT_EQ(ops_of("with (a as b, c): d\n"),
            "read a\nwith b = a\n  bind b = a\n  read c\n  with c\n    read d\n  end\nend\n");
  EXPECT_EQ(ops_of("with f() as (a, b): c\n"),
            "call f()\n"
            "with result of f\n"
            "  bind a = element of the result of f\n"
            "  bind b = element of the result of f\n"
            "  read c\n"
            "end\n");
}

TEST(Raises, GiveTheFirstValue) {
  EXPECT_EQ(ops_of("raise E(a) from b\n"), "read a\ncall E(a)\nread b\nraise result of E\n");
  EXPECT_EQ(ops_of("raise E, 'x', tb\n"), "read E\nread tb\nraise E\n");
  EXPECT_EQ(ops_of("raise\n"), "raise\n");
}

TEST(Matches, AreChainsOfBranches) {
  EXPECT_EQ(ops_of("match a.b:\n"
                   "  case {mod.K: v, **rest}: c\n"
                   "  case P(x=0, y=yy) | [1, *_] as z: d\n"
                   "  case n if n > LIMIT: e\n"
                   "  case _: f\n"),
            "read a.b\n"
            "read mod.K\n"
            "branch\n"
            "  bind v = element of a.b\n"
            "  bind rest = element of a.b\n"
            "  read c\n"
            "otherwise\n"
            "  read P\n"
            "  branch\n"
            "    bind yy = element of a.b\n"
            "    bind z = element of a.b\n"
            "    read d\n"
            "  otherwise\n"
            "    bind n = element of a.b\n"
            "    read n\n"
            "    read LIMIT\n"
            "    branch [other n unset if false; other LIMIT unset if false]\n"
            "      read e\n"
            "    otherwise\n"
            "      branch\n"
            "        read f\n"
            "      end\n"
            "    end\n"
            "  end\n"
            "end\n");
}

TEST(Imports, BindTheirAliases) {
  EXPECT_EQ(ops_of("import a.b, c as d\n"), "bind a = import a.b\nbind d = import c\n");
  EXPECT_EQ(ops_of("from ..m import x as y, z\n"), "bind y = import ..m:x\nbind z = import ..m:z\n");
  EXPECT_EQ(ops_of("from . import (x,\n  y)\n"), "bind x = import .:x\nbind y = import .:y\n");
  EXPECT_EQ(ops_of("from __future__ import annotations\n"), "bind annotations = import __future__:annotations\n");
}

TEST(Imports, WithAStarBindNothingButAreNoted) {
  const auto statements = lowered("from a import *\n");
  const ir::StatementFacts& facts = *statements.front().facts;
  EXPECT_TRUE(facts.functions.front().ops.empty());
  ASSERT_EQ(facts.imports.size(), 1U);
  EXPECT_EQ(facts.names[facts.imports[0].member.index], "*");
  EXPECT_EQ(facts.names[facts.imports[0].module.index], "a");
}

TEST(Python2, StatementsAreUnderstood) {
  EXPECT_EQ(ops_of("print >>f, x % y, z\n"), "read f\nread x\nread y\nread z\n");
  EXPECT_EQ(ops_of("print 'a', b.c\n"), "read b.c\n");
  EXPECT_EQ(ops_of("exec code in ns\n"), "read code\nread ns\n");
}

TEST(SmallStatements, AreLowered) {
  EXPECT_EQ(ops_of("assert a, f(b)\n"), "read a\nread b\ncall f(b)\n");
  EXPECT_EQ(ops_of("type Alias[T] = list[T]\n"), "bind Alias = other\n");
  EXPECT_EQ(ops_of("a.b, c\n"), "read a.b\nread c\n");
  EXPECT_EQ(ops_of("pass\n"), "");
}

}  // namespace
}  // namespace analysis
