// Real editors find and repair what the command line finds and repairs, and leave nothing behind. See README.md.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

namespace fs = std::filesystem;

const std::string source_folder = THREADLINT_SOURCE_DIR;
const std::string scripts = source_folder + "/tests/editors/";
/// Where what is got from elsewhere is kept, and what screens showed.
const std::string kept = source_folder + "/build/editors";

/// Some clients count columns in a way of their own.
enum class Letters : std::uint8_t { all, of_one_unit };

std::string in(Letters letters, std::string text) {
  if (letters == Letters::all) return text;
  constexpr std::string_view snake = "🐍";
  for (std::size_t at = 0; (at = text.find(snake)) != std::string::npos;) text.replace(at, snake.size(), "é");
  return text;
}

std::string with_dos_lines(const std::string& text) {
  std::string result;
  for (const char character : text) result += character == '\n' ? "\r\n" : std::string(1, character);
  return result;
}

// The line between them is typed in the editor.
constexpr const char* before_line =
    "names = [\"é\", \"🐍\"]\n"
    "foo = []  # 🐍\n"
    "def bar():\n"
    "    if not foo:\n"
    "        for x in names:  # 🐍 é\n";
constexpr const char* line = "            foo.append(\"é🐍\" + x)  # 🐍";
constexpr const char* after_line = "    return foo\n";

/// `shop.py` lacks a line, `till.py` is wrong and has the lines of DOS, `cart.py` is wrong because of `stock.py`.
void lay_out(const TemporaryFolder& folder, Letters letters, const std::string& typed) {
  folder.write("shop/pyproject.toml", "[project]\nname = \"shop\"\n");
  folder.write("shop/shop.py", in(letters, before_line + typed + after_line));
  folder.write("shop/till.py", with_dos_lines(in(letters, before_line + std::string(line) + "\n" + after_line)));
  folder.write("shop/stock.py", in(letters, "\"\"\"What is there: é 🐍.\"\"\"\n\nnames = []\n"));
  folder.write("shop/cart.py", in(letters,
                                  "import stock  # é 🐍\n\n\n"
                                  "def load(source):\n"
                                  "    if not stock.names:\n"
                                  "        for name in source:\n"
                                  "            stock.names.append(\"é🐍\" + name)\n"
                                  "    return stock.names\n"));
}

/// A `threadlint` that leaves the number of its process, and what its client says first, where somebody wants to have
/// that.
void write_program(const TemporaryFolder& folder, const std::string& name) {
  const char* const profiles = std::getenv("THREADLINT_PROFILES");
  const std::string recorder =
      profiles == nullptr ? "" : "python3 '" + scripts + "record.py' '" + profiles + "/" + name + ".json' ";
  folder.write("bin/threadlint", "#!/bin/sh\necho $$ >>'" + (folder / "servers") + "'\nexec " + recorder +
                                     "'" THREADLINT_BINARY "' \"$@\"\n");
  fs::permissions(folder / "bin/threadlint", fs::perms::owner_all);
}

/// Runs a command with the built `threadlint` on the PATH and none of the developer's settings. `name` is for what it
/// leaves to be looked at.
int run_in(const TemporaryFolder& folder, const std::string& name, Letters letters, const std::string& command) {
  folder.write("home/.keep", "");
  folder.write("run.sh", "export HOME='" + (folder / "home") + "' XDG_CONFIG_HOME='" + (folder / "home/.config") +
                             "' XDG_CACHE_HOME='" + (folder / "home/.cache") + "' XDG_STATE_HOME='" +
                             (folder / "home/.state") + "' XDG_DATA_HOME='" + (folder / "home/.data") +
                             "' LC_ALL=C.UTF-8 PATH='" + (folder / "bin") + "':\"$PATH\"\n" +
                             "export THREADLINT_SOURCE='" + source_folder + "' THREADLINT_SCREENS='" + kept +
                             "/screens/" + name + "' THREADLINT_LINE='" + in(letters, line) + "'\n" +
                             "unset TMUX VIMRUNTIME NVIM\n" + "cd '" + (folder / "shop") + "'\n" + command + "\n");
  const int status = std::system(("sh '" + (folder / "run.sh") + "' 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The files are what `check --fix` makes of the project with the typed line.
void expect_repaired(const TemporaryFolder& folder, Letters letters) {
  const TemporaryFolder expected;
  lay_out(expected, letters, std::string(line) + "\n");
  const std::string wrong = expected.read("shop/shop.py");
  run_in(expected, "check", letters, "'" THREADLINT_BINARY "' check --fix shop.py till.py >/dev/null");
  ASSERT_NE(expected.read("shop/shop.py"), wrong) << "the command line repairs nothing";
  for (const char* file : {"shop/shop.py", "shop/till.py", "shop/stock.py", "shop/cart.py"}) {
    EXPECT_EQ(folder.read(file), expected.read(file)) << file;
  }
}

/// Every server that was started is no more, or will not be soon.
void expect_no_server(const TemporaryFolder& folder) {
  std::ifstream numbers(folder / "servers");
  int count = 0;
  for (pid_t process = 0; numbers >> process; ++count) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (::kill(process, 0) == 0 && std::chrono::steady_clock::now() < limit) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_NE(::kill(process, 0), 0) << "server " << process << " outlives its editor";
  }
  EXPECT_LT(0, count) << "no server was started";
}

/// Lets an editor do what README.md says. `then` is a command that must succeed with what it leaves.
void expect_session_of(const std::string& name, const std::string& editor, Letters letters = Letters::all,
                       const std::string& then = "true") {
  const TemporaryFolder folder;
  lay_out(folder, letters, "");
  write_program(folder, name);
  EXPECT_EQ(run_in(folder, name, letters, editor), 0);
  expect_no_server(folder);
  expect_repaired(folder, letters);
  EXPECT_EQ(run_in(folder, name, letters, then), 0);
}

/// A program of Debian 13, which is got if need be.
const std::string of_trixie = "'" + scripts + "trixie.sh' '" + kept + "/trixie' ";
const std::string neovim_arguments = " --headless -u '" + scripts + "neovim.lua'";
/// The test that Neovim creates before the repair holds after it.
constexpr const char* generated_test = "python3 -m unittest test_shop_threads";

TEST(Editors, NeovimOfTheSystem) {
  expect_session_of("neovim-0.7", "nvim" + neovim_arguments, Letters::all, generated_test);
}

TEST(Editors, Neovim010) {
  expect_session_of("neovim-0.10", of_trixie + "nvim" + neovim_arguments, Letters::all, generated_test);
}

TEST(Editors, EmacsWithEglot) {
  expect_session_of("eglot-1.9", "emacs --batch --no-init-file -l '" + scripts + "eglot.el'");
}

TEST(Editors, EmacsWithLspMode) {
  // Version 8 counts characters as if none needed two units.
  expect_session_of("lsp-mode-8", "emacs --batch --no-init-file -l '" + scripts + "lsp_mode.el'", Letters::of_one_unit);
}

TEST(Editors, EmacsInATerminal) { expect_session_of("emacs", "python3 '" + scripts + "emacs.py'"); }

TEST(Editors, Helix) {
  expect_session_of("helix-25.01", of_trixie + "install && python3 '" + scripts + "helix.py' " + of_trixie + "hx");
}

TEST(Editors, VimWithYouCompleteMe) { expect_session_of("youcompleteme", "python3 '" + scripts + "vim.py'"); }

TEST(Editors, TypedClient) {
  expect_session_of("typed-client", "'" + scripts + "client/run.sh' '" + kept + "/client'");
}

}  // namespace
}  // namespace tests
