// Tests of repeating a test under the lock.

#include "analysis/rules/repeat_test.h"

#include <gtest/gtest.h>

#include "tests/support/rewrite_fixture.h"

namespace analysis {
namespace {

using rewriting::range_of;

/// The code under the lock goes from `locked` to the last occurrence of `end`.
std::string repeated(const std::string& text, const std::string& test, UnsetWhen unset_when, const std::string& locked,
                     const std::string& end, const std::string& cell = "X") {
  const auto tree = parse(make_source_text(text));
  const auto last = static_cast<std::uint32_t>(text.rfind(end) + end.size());
  const auto function_end = static_cast<std::uint32_t>(text.find_last_not_of("\r\n") + 1);
  const MissingSecondTest missing{.cell = cell,
                                  .function = {range_of(text, "def ").begin, function_end},
                                  .test = range_of(text, test),
                                  .unset_when = unset_when,
                                  .locked = {range_of(text, locked).begin, last}};
  return rewriting::result_of(*tree, repeat_test(*tree, missing));
}

TEST(RepeatTest, IndentsWhatIsUnderTheLock) {
  EXPECT_EQ(repeated(R"(def get():
    global X
    if X is None:
        with L:
            # make it
            value = [
                1,
            ]
            X = '''
  text
''' + value

            # done
    return X
)",
                     "X is None", UnsetWhen::true_, "value = [", "+ value"),
            R"(def get():
    global X
    if X is None:
        with L:
            if X is None:
                # make it
                value = [
                    1,
                ]
                X = '''
  text
''' + value

            # done
    return X
)");
}

TEST(RepeatTest, UnfoldsAShortSuite) {
  EXPECT_EQ(repeated("def get():\r\n\tif X is None:\r\n\t\twith L: X = make()  # once\r\n\treturn X\r\n", "X is None",
                     UnsetWhen::true_, "X = make()", "make()"),
            "def get():\r\n\tif X is None:\r\n\t\twith L:\r\n\t\t\tif X is None:\r\n\t\t\t\tX = make()  # "
            "once\r\n\treturn X\r\n");
}

TEST(RepeatTest, TurnsTheTestOfAnEarlyReturnRound) {
  struct Case {
    const char* test;
    const char* inner;
  };
  constexpr Case cases[] = {{"self._x is not None", "self._x is None"},
                            {"self._x", "not self._x"},
                            {"not missing(self._x)", nullptr},
                            {"self._x != {}", "self._x == {}"},
                            {"len(self._x) > 0", "not (len(self._x) > 0)"}};
  for (const Case& item : cases) {
    const std::string head =
        std::string("def get(self):\n    if ") + item.test + ": return self._x\n    with self.lock:\n";
    const std::string result = repeated(head + "        self._x = make()\n        return self._x\n", item.test,
                                        UnsetWhen::false_, "self._x = make()", "return self._x", "self._x");
    EXPECT_EQ(result, item.inner == nullptr ? "refused: the condition calls `missing`"
                                            : head + "        if " + item.inner +
                                                  ":\n            self._x = make()\n        return self._x\n");
  }
}

TEST(RepeatTest, SaysWhyNot) {
  const auto refusal = [](const std::string& body) {
    return repeated(
        "def get():\n    if X is None:\n        with L:\n            begin()\n" + body + "    return value\n",
        "X is None", UnsetWhen::true_, "begin()", body.substr(0, body.size() - 1));
  };
  EXPECT_EQ(refusal("            value = make()\n            X = value\n"),
            "refused: `value` is used behind the code that sets `X`");
  EXPECT_EQ(refusal("            if a: return\n            X = 1\n"),
            "refused: the code under the lock leaves before `X` is set");
  EXPECT_EQ(refusal("            fill()\n"), "refused: `X` is set under another name, or elsewhere");
}

}  // namespace
}  // namespace analysis
