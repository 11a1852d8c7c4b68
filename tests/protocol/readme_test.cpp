// The feature matrix of protocol/README.md names tests that exist.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace {

/// "Suite.Name" of all tests of the program.
std::vector<std::string> all_tests() {
  std::vector<std::string> names;
  const testing::UnitTest& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *program.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      names.push_back(std::string(suite.name()) + "." + suite.GetTestInfo(j)->name());
    }
  }
  return names;
}

/// A test, all of a suite (`Suite.*`), or one with parameters, which are left out.
bool exists(std::string name, const std::vector<std::string>& tests) {
  const bool is_suite = name.ends_with('*');
  if (is_suite) name.pop_back();
  for (const std::string& test : tests) {
    if (test == name || test.starts_with(is_suite ? name : name + "/")) return true;
  }
  return false;
}

/// What stands between backticks and has a dot, as names of tests do.
std::vector<std::string> tests_in(const std::string& row) {
  std::vector<std::string> names;
  for (std::size_t begin = row.find('`'); begin != std::string::npos;) {
    const std::size_t end = row.find('`', begin + 1);
    if (end == std::string::npos) break;
    const std::string name = row.substr(begin + 1, end - begin - 1);
    if (name.find('.') != std::string::npos) names.push_back(name);
    begin = row.find('`', end + 1);
  }
  return names;
}

TEST(FeatureMatrix, NamesATestForAllThatWeDo) {
  std::ifstream file(THREADLINT_SOURCE_DIR "/protocol/README.md");
  const std::vector<std::string> tests = all_tests();
  bool is_matrix = false;
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) is_matrix = line == "## Feature matrix";
    if (!is_matrix || !line.starts_with("| ")) continue;
    const std::size_t column = line.rfind(" | ", line.size() - 2);
    const std::vector<std::string> named = tests_in(line.substr(column));
    for (const std::string& name : named) EXPECT_TRUE(exists(name, tests)) << "there is no test `" << name << "`";
    if (line.find("| ●") == std::string::npos) continue;
    ++rows;
    EXPECT_FALSE(named.empty()) << "no test shows this:\n" << line;
  }
  EXPECT_GT(rows, 20);
}

}  // namespace
