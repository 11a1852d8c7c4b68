#include "tests/support/markdown_page.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

namespace tests {
namespace {

constexpr std::string_view default_path = "module.py";

/// The number of backticks that open a fence; 0 when the line opens none.
std::size_t fence_size(std::string_view line) {
  const std::size_t size = std::min(line.find_first_not_of('`'), line.size());
  return size < 3 ? 0 : size;
}

/// `name.py` of the line "`name.py`:".
std::optional<std::string> path_line(std::string_view line) {
  if (line.size() < 4 || !line.starts_with('`') || !line.ends_with("`:")) return std::nullopt;
  const std::string_view path = line.substr(1, line.size() - 3);
  if (path.find_first_of("` ") != std::string_view::npos) return std::nullopt;
  return std::string(path);
}

std::optional<std::string> heading_line(std::string_view line, std::string_view hashes) {
  if (!line.starts_with(hashes)) return std::nullopt;
  return std::string(line.substr(hashes.size()));
}

Block open_block(std::string_view info, std::size_t line, std::string path) {
  Block block{.language = {}, .tags = {}, .text = {}, .line = line, .path = std::move(path)};
  std::istringstream words{std::string(info)};
  words >> block.language;
  for (std::string tag; words >> tag;) block.tags.push_back(tag);
  return block;
}

}  // namespace

bool has_tag(const Block& block, std::string_view tag) {
  return std::ranges::find(block.tags, tag) != block.tags.end();
}

Page read_page(const std::filesystem::path& path) {
  Page page{.path = path, .title = {}, .sections = {}};
  std::ifstream file(path, std::ios::binary);
  std::string next_path(default_path);
  std::size_t fence = 0;  // of the block that is open; 0: none is
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (fence != 0) {
      const bool closes = fence <= fence_size(line) && line.find_first_not_of("` ") == std::string::npos;
      if (closes) {
        fence = 0;
      } else {
        page.sections.back().blocks.back().text += line + '\n';
      }
      continue;
    }
    if (fence = fence_size(line); fence != 0) {
      if (page.sections.empty()) page.sections.push_back({.heading = {}, .line = number, .blocks = {}});
      page.sections.back().blocks.push_back(open_block(line.substr(fence), number + 1, next_path));
      next_path = default_path;
    } else if (const auto heading = heading_line(line, "## ")) {
      page.sections.push_back({.heading = *heading, .line = number, .blocks = {}});
    } else if (const auto title = heading_line(line, "# "); title && page.title.empty()) {
      page.title = *title;
    } else if (const auto named = path_line(line)) {
      next_path = *named;
    }
  }
  return page;
}

std::vector<Page> read_pages(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;  // a folder that is not there has no pages
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".md" && entry.path().filename() != "README.md") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Page> pages;
  for (const auto& path : paths) pages.push_back(read_page(path));
  return pages;
}

}  // namespace tests
