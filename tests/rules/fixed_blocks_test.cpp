// Runs the `fixed` blocks of the pages in CPython: see run_fixed.py.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::filesystem::path folder = std::filesystem::path(THREADLINT_SOURCE_DIR) / "tests" / "rules";

struct Outcome {
  int exit_code = -1;  // negative: the command could not be run
  std::string output;
};

Outcome run(const std::string& command) {
  Outcome outcome;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

Outcome run_fixed(const std::filesystem::path& page) {
  return run("python3 '" + (folder / "run_fixed.py").string() + "' '" + page.string() + "'");
}

/// A page with one section, whose code publishes an empty list and whose `fixed` block is `fixed`.
std::filesystem::path write_page(const std::string& name, const std::string& fixed) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / (name + ".md");
  std::ofstream(path) << "## A section\n\n```python\n"
                         "_names = None\n\ndef names():\n    global _names\n    if _names is None:\n"
                         "        _names = []\n        _names.append(1)\n    return _names\n```\n\n"
                         "```python fixed\n_names = None\n\ndef names():\n    global _names\n"
                      << fixed
                      << "    return _names\n```\n\n```python calls\nnames()\nready: _names is not None\n"
                         "complete: len(_names) == 1\n```\n";
  return path;
}

std::vector<std::string> pages_with_calls() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".md") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    if (text.str().find("```python calls\n") != std::string::npos) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class FixedBlocks : public testing::TestWithParam<std::string> {};

TEST_P(FixedBlocks, DoWhatTheCodeDidAndAreNeverSeenIncomplete) {
  const Outcome outcome = run_fixed(folder / (GetParam() + ".md"));

  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

INSTANTIATE_TEST_SUITE_P(Pages, FixedBlocks, testing::ValuesIn(pages_with_calls()),
                         [](const auto& page) { return page.param; });

TEST(RunFixed, AcceptsAValueThatIsBuiltFirst) {
  const Outcome outcome =
      run_fixed(write_page("built_first", "    if _names is None:\n        new = [1]\n        _names = tuple(new)\n"));

  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_EQ(outcome.output, "1 sections ran, 0 failed\n");
}

TEST(RunFixed, SeesAValueThatIsPublishedEmpty) {
  const Outcome outcome = run_fixed(
      write_page("published_empty", "    if _names is None:\n        new = _names = []\n        new.append(1)\n"));

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(
      outcome.output.find("`_names is not None` is true before the cell is complete, at line 7 of the fixed code"),
      std::string::npos)
      << outcome.output;
}

TEST(RunFixed, SeesAnotherResult) {
  const Outcome outcome = run_fixed(write_page("another_result", "    if _names is None:\n        _names = (2,)\n"));

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.output.find("results before the repair"), std::string::npos) << outcome.output;
}

TEST(RunFixed, SeesCodeWithoutARace) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "no_race.md";
  const std::string code = "_names = [1]\n\ndef names():\n    return _names\n```\n\n";
  std::ofstream(path) << "## A section\n\n```python\n" + code + "```python fixed\n" + code +
                             "```python calls\nnames()\nready: bool(_names)\ncomplete: len(_names) == 1\n```\n";

  const Outcome outcome = run_fixed(path);

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.output.find("the code shows no race"), std::string::npos) << outcome.output;
}

TEST(RunFixed, FailsOnAPageThatIsNotThere) { EXPECT_EQ(run_fixed(folder / "no_such_page.md").exit_code, 2); }

}  // namespace
