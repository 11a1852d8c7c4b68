// Pages that are tests: headings and fenced blocks of a Markdown file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// A fenced block. "```python fixed" has language `python` and the tag `fixed`.
struct Block {
  std::string language;           // empty: the fence names none
  std::vector<std::string> tags;  // what follows the language
  std::string text;               // every line with its `\n`, without the fences
  std::size_t line = 0;           // of the text's first line in the page, counted from 1
  std::string path;               // from a line "`name.py`:" above the block, else `module.py`

  friend bool operator==(const Block&, const Block&) = default;
};

/// What stands under a `##` heading.
struct Section {
  std::string heading;  // empty: blocks above the page's first `##`
  std::size_t line = 0;
  std::vector<Block> blocks;
};

struct Page {
  std::filesystem::path path;
  std::string title;  // of the `#` heading; empty if there is none
  std::vector<Section> sections;
};

[[nodiscard]] bool has_tag(const Block& block, std::string_view tag);

/// No sections when the file cannot be read. A block that is not closed reaches to the end of the page.
[[nodiscard]] Page read_page(const std::filesystem::path& path);

/// All `*.md` of a folder but its README.md, by name. Does not descend.
[[nodiscard]] std::vector<Page> read_pages(const std::filesystem::path& folder);

}  // namespace tests
