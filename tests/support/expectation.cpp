#include "tests/support/expectation.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

namespace tests {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

bool should_update() {
  const char* value = std::getenv("UPDATE_EXPECTATIONS");
  return value != nullptr && std::string_view(value) == "1";
}

/// Tests run in several processes at once, which may all want to rewrite one page. This lets in one at a time.
class PageLock {
 public:
  explicit PageLock(const std::filesystem::path& page) : file_(::open(page.c_str(), O_RDONLY | O_CLOEXEC)) {
    ::flock(file_, LOCK_EX);
  }
  ~PageLock() { ::close(file_); }
  PageLock(const PageLock&) = delete;
  PageLock& operator=(const PageLock&) = delete;

 private:
  int file_;
};

/// Looks the block up again, because an earlier update may have moved it. Whether it was found.
bool rewrite(const Page& page, const Section& section, const Block& block, std::string_view actual) {
  const PageLock lock(page.path);
  const Page fresh = read_page(page.path);
  const auto place = std::ranges::find(fresh.sections, section.heading, &Section::heading);
  if (place == fresh.sections.end()) return false;
  const auto found = std::ranges::find_if(place->blocks, [&](const Block& other) {
    return other.text == block.text && other.tags == block.tags && other.path == block.path;
  });
  if (found == place->blocks.end()) return false;

  std::ostringstream bytes;
  bytes << std::ifstream(page.path, std::ios::binary).rdbuf();
  std::vector<std::string> lines = lines_of(bytes.str());
  const auto first = lines.begin() + static_cast<std::ptrdiff_t>(found->line - 1);
  const std::size_t length = lines_of(block.text).size();
  const auto position = lines.erase(first, first + static_cast<std::ptrdiff_t>(length));
  const std::vector<std::string> replacement = lines_of(actual);
  lines.insert(position, replacement.begin(), replacement.end());
  std::ofstream file(page.path, std::ios::binary);
  for (const std::string& line : lines) file << line << '\n';
  return static_cast<bool>(file);
}

}  // namespace

std::string line_difference(std::string_view expected, std::string_view actual) {
  if (expected == actual) return {};
  const auto left = lines_of(expected);
  const auto right = lines_of(actual);
  // common[i][j]: length of the longest common subsequence of left from i and right from j.
  std::vector<std::vector<std::size_t>> common(left.size() + 1, std::vector<std::size_t>(right.size() + 1, 0));
  for (std::size_t i = left.size(); i-- > 0;) {
    for (std::size_t j = right.size(); j-- > 0;) {
      common[i][j] = left[i] == right[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string result;
  for (std::size_t i = 0, j = 0; i < left.size() || j < right.size();) {
    if (i < left.size() && j < right.size() && left[i] == right[j]) {
      result += "  " + left[i++] + '\n';
      ++j;
    } else if (i < left.size() && (j == right.size() || common[i + 1][j] >= common[i][j + 1])) {
      result += "- " + left[i++] + '\n';
    } else {
      result += "+ " + right[j++] + '\n';
    }
  }
  return result;
}

void expect_block(const Page& page, const Section& section, const Block& block, std::string_view actual,
                  std::string_view source) {
  if (block.text == actual) return;
  if (should_update()) {
    if (rewrite(page, section, block, actual)) return;
    ADD_FAILURE_AT(page.path.c_str(), static_cast<int>(block.line))
        << "cannot rewrite this block: its page changed while the test ran";
    return;
  }
  ADD_FAILURE_AT(page.path.c_str(), static_cast<int>(block.line))
      << source << " differs from the page (- page, + " << source << "):\n"
      << line_difference(block.text, actual)
      << "If this is what should be, run: UPDATE_EXPECTATIONS=1 ctest --preset dev";
}

}  // namespace tests
