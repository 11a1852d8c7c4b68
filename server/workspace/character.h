// Characters of UTF-8 text: where they end, and how wide a terminal draws them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace server {

struct Character {
  char32_t code = 0;
  std::size_t length = 0;  // bytes; at least 1
  bool is_valid = true;    // false: a byte that is not UTF-8, with code U+FFFD
};

/// The character that begins at `offset`, which is inside the text.
[[nodiscard]] Character character_at(std::string_view text, std::size_t offset);

/// The offset of the first byte that is not UTF-8; `npos` when all is well.
[[nodiscard]] std::size_t first_invalid(std::string_view text);

/// Columns that a terminal draws the character in: 0, 1 or 2. An approximation by blocks: terminals disagree about
/// emoji that are joined to one picture, and each of those counts here.
[[nodiscard]] unsigned width_of(char32_t code);

/// `text` as it can be shown on one line of a terminal: control characters by their pictures, bytes that are not UTF-8
/// and characters that change the direction of writing by U+FFFD. Source code cannot command the terminal then.
[[nodiscard]] std::string displayable(std::string_view text);

/// Sum of the widths of the characters of `displayable(text)`.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace server
