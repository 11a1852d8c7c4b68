// Real editors find and repair what the command line finds and repairs.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

// The line between them is typed in the editor.
constexpr const char* before_line =
    "names = [\"é\", \"🐍\"]\n"
    "foo = []  # 🐍\n"
    "def bar():\n"
    "    if not foo:\n"
    "        for x in names:  # 🐍 é\n";
constexpr const char* line = "            foo.append(\"é🐍\" + x)  # 🐍";
constexpr const char* after_line = "    return foo\n";

/// Runs a command with the built `threadlint` on the PATH and none of the developer's settings.
int run_in(const TemporaryFolder& folder, const std::string& command) {
  const std::string programs = std::filesystem::path(THREADLINT_BINARY).parent_path().string();
  const std::string settings = "HOME='" + folder.path().string() + "' XDG_CONFIG_HOME='" + folder.path().string() +
                               "' LC_ALL=C.UTF-8 PATH='" + programs + "':\"$PATH\" THREADLINT_FILE='" +
                               (folder / "shop.py") +
                               "' THREADLINT_SOURCE='" THREADLINT_SOURCE_DIR "' THREADLINT_LINE='" + line + "' ";
  const int status = std::system(("cd '" + folder.path().string() + "' && " + settings + command).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// What `check --fix` leaves of the text with the typed line.
std::string fixed_by_command_line() {
  const TemporaryFolder folder;
  folder.write("shop.py", std::string(before_line) + line + "\n" + after_line);
  run_in(folder, "threadlint check --fix shop.py >/dev/null");
  return folder.read("shop.py");
}

/// `then` is a command that must succeed in the folder that the editor leaves.
void expect_repair_by(const std::string& editor, const std::string& then = "true") {
  const std::string expected = fixed_by_command_line();
  ASSERT_NE(expected, std::string(before_line) + line + "\n" + after_line) << "the command line repairs nothing";
  const TemporaryFolder folder;
  folder.write("shop.py", std::string(before_line) + after_line);
  EXPECT_EQ(run_in(folder, editor), 0);
  EXPECT_EQ(folder.read("shop.py"), expected);
  EXPECT_EQ(run_in(folder, then), 0);
}

TEST(Editors, NeovimRepairsALoader) {
  // The test that it creates before the repair holds after it.
  expect_repair_by("nvim --headless -u '" THREADLINT_SOURCE_DIR "/tests/editors/neovim.lua' 2>&1",
                   "python3 -m unittest test_shop_threads 2>&1");
}

TEST(Editors, EmacsRepairsALoader) {
  expect_repair_by("emacs --batch --no-init-file -l '" THREADLINT_SOURCE_DIR "/tests/editors/emacs.el' 2>&1");
}

}  // namespace
}  // namespace tests
