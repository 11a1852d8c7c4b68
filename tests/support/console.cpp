#include "tests/support/console.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/support/expectation.h"
#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

constexpr std::string_view prompt = "$ ";

/// As one word for the shell.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

/// What a command prints, and its exit code if that is not 0. Nothing of the developer's own settings reaches it.
std::string output_of(const TemporaryFolder& folder, std::string_view command) {
  const std::string programs = std::filesystem::path(THREADLINT_BINARY).parent_path().string();
  const std::string script =
      "cd " + shell_word(folder / "files") + " && env -i LC_ALL=C HOME=" + shell_word(folder / "home") +
      " PATH=" + shell_word(programs + ":" + std::getenv("PATH")) + " sh -c " + shell_word(command) + " 2>&1";
  std::FILE* const pipe = ::popen(script.c_str(), "r");
  if (pipe == nullptr) return "the shell did not start\n";
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), count);
  const int status = ::pclose(pipe);
  if (!output.empty() && !output.ends_with('\n')) output += '\n';
  if (!WIFEXITED(status)) return output + "killed by signal " + std::to_string(WTERMSIG(status)) + "\n";
  const int code = WEXITSTATUS(status);
  return code == 0 ? output : output + "exit code " + std::to_string(code) + "\n";
}

/// The commands of a console block, each with what it prints now.
std::string played(const TemporaryFolder& folder, const std::string& console) {
  std::string result;
  std::istringstream lines(console);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prompt)) result += line + '\n' + output_of(folder, line.substr(prompt.size()));
  }
  return result;
}

}  // namespace

void play_section(const Page& page, const Section& section) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "files");
  std::filesystem::create_directories(folder / "home");
  for (const Block& block : section.blocks) {
    if (block.language != "console") folder.write("files/" + block.path, block.text);
  }
  for (const Block& block : section.blocks) {
    if (block.language == "console") expect_block(page, section, block, played(folder, block.text), "the shell");
  }
}

void expect_commands(const std::vector<Page>& pages) {
  EXPECT_FALSE(pages.empty());
  for (const Page& page : pages) {
    for (const Section& section : page.sections) {
      const bool runs = std::ranges::any_of(section.blocks, [](const Block& block) {
        return block.language == "console" && block.text.starts_with(prompt);
      });
      EXPECT_TRUE(runs) << page.path << ": " << section.heading;
    }
  }
}

}  // namespace tests
