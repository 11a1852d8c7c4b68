// Tests of moving early ready flags to the end of their work.

#include "analysis/rules/move_flag_last.h"

#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::range_of;

/// The guarded code begins with `region` and goes on to the end of the text; `assignment` is the statement to move.
std::string moved(const std::string& text, const std::string& region, const std::string& assignment,
                  const std::string& reader = {}) {
  const auto tree = parse(make_source_text(text));
  const auto end = static_cast<std::uint32_t>(text.find_last_not_of("\r\n") + 1);
  EarlyReadyFlag early{.flag = assignment.substr(0, assignment.find(" =")),
                       .function = {range_of(text, "def ").begin, end},
                       .region = {range_of(text, region).begin, end},
                       .assignment = range_of(text, assignment)};
  if (!reader.empty()) early.readers.push_back(range_of(text, reader));
  return rewriting::result_of(*tree, move_flag_last(*tree, early));
}

TEST(MoveFlagLast, PutsTheFlagBehindTheWork) {
  EXPECT_EQ(moved("def setup():\n    global ready\n    if ready: return\n    ready = True  # for all\n    "
                  "load_tables()\n    # more\n    load_rest()\n",
                  "ready = True", "ready = True"),
            "def setup():\n    global ready\n    if ready: return\n    load_tables()\n    # more\n    load_rest()\n    "
            "ready = True  # for all\n");
}

TEST(MoveFlagLast, KeepsLineEndingsAndTabs) {
  EXPECT_EQ(moved("def f(self):\r\n\tif not self._done:\r\n\t\tself._done = 1\r\n\t\twork()", "self._done = 1",
                  "self._done = 1"),
            "def f(self):\r\n\tif not self._done:\r\n\t\twork()\r\n\t\tself._done = 1");
}

TEST(MoveFlagLast, SetsTheFlagBeforeEveryWayOut) {
  EXPECT_EQ(moved(R"(def f():
    global state
    if state is READY:
        return table
    lock()
    state = READY
    for n in names:
        if n is None: return None
        table.append(n)
    return table
)",
                  "lock()", "state = READY"),
            R"(def f():
    global state
    if state is READY:
        return table
    lock()
    for n in names:
        if n is None:
            state = READY
            return None
        table.append(n)
    state = READY
    return table
)");
}

TEST(MoveFlagLast, SaysWhyNot) {
  const std::string head = "def f():\n    global ready\n    if ready: return\n    begin()\n    ";
  const auto refusal = [&](const std::string& body, const std::string& assignment = "ready = True",
                           const std::string& reader = {}) {
    return moved(head + body, "begin()", assignment, reader);
  };
  EXPECT_EQ(refusal("ready = now()\n    work()\n", "ready = now()"), "refused: the value of `ready` is computed");
  EXPECT_EQ(refusal("ready = True; work()\n    rest()\n"), "refused: several statements share a line");
  EXPECT_EQ(refusal("ready = True\n"), "refused: nothing follows the assignment in its block");
  EXPECT_EQ(refusal("with lock:\n        ready = True\n        a()\n    work()\n"),
            "refused: the work goes on outside the block of the assignment");
  EXPECT_EQ(refusal("ready = True\n    if ready: a()\n    work()\n"),
            "refused: `ready` is read while the work is done");
  EXPECT_EQ(refusal("ready = True\n    try:\n        work()\n    except E:\n        ready = False\n"),
            "refused: `ready` is set again");
  EXPECT_EQ(refusal("ready = True\n    work(is_ready())\n", "ready = True", "is_ready()"),
            "refused: `is_ready` reads `ready` while the work is done");
}

}  // namespace
}  // namespace analysis
