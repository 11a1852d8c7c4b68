#include "server/workspace/character.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace server {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Block {
  char32_t first;
  char32_t last;
};

/// Combining marks, joiners, variation selectors.
constexpr auto zero_width = std::to_array<Block>({{0x0300, 0x036F},
                                                  {0x0483, 0x0489},
                                                  {0x0591, 0x05BD},
                                                  {0x0610, 0x061A},
                                                  {0x064B, 0x065F},
                                                  {0x0E31, 0x0E31},
                                                  {0x0E34, 0x0E3A},
                                                  {0x1AB0, 0x1AFF},
                                                  {0x1DC0, 0x1DFF},
                                                  {0x200B, 0x200F},
                                                  {0x2060, 0x2064},
                                                  {0x20D0, 0x20FF},
                                                  {0xFE00, 0xFE0F},
                                                  {0xFE20, 0xFE2F},
                                                  {0xFEFF, 0xFEFF},
                                                  {0x1F3FB, 0x1F3FF},
                                                  {0xE0100, 0xE01EF}});

/// East Asian scripts in full width, and the emoji that are drawn as pictures by default.
constexpr auto double_width = std::to_array<Block>(
    {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
     {0x26A1, 0x26A1},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},
     {0x2753, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},
     {0x3041, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
     {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB},
     {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}});

template <std::size_t Size>
bool is_in(const std::array<Block, Size>& blocks, char32_t code) {
  const auto* const block = std::ranges::lower_bound(blocks, code, {}, &Block::last);
  return block != blocks.end() && block->first <= code;
}

bool changes_direction(char32_t code) {
  return (0x202A <= code && code <= 0x202E) || (0x2066 <= code && code <= 0x2069);
}

unsigned char byte_at(std::string_view text, std::size_t offset) { return static_cast<unsigned char>(text[offset]); }

void append(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  const auto tail = [&](unsigned shift) { put(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    tail(6);
  } else {
    put(0xF0 | (code >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

/// What stands for a character on a terminal.
char32_t shown(char32_t code) {
  if (code < 0x20) return 0x2400 + code;
  if (code == 0x7F) return 0x2421;
  if ((0x80 <= code && code < 0xA0) || changes_direction(code)) return replacement;
  return code;
}

bool is_plain(char byte) { return 0x20 <= byte && byte < 0x7F; }

}  // namespace

Character character_at(std::string_view text, std::size_t offset) {
  constexpr Character invalid{.code = replacement, .length = 1, .is_valid = false};
  const unsigned char first = byte_at(text, offset);
  if (first < 0x80) return {.code = first, .length = 1};
  if (first < 0xC2 || 0xF4 < first) return invalid;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - offset < length) return invalid;
  char32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char byte = byte_at(text, offset + i);
    if ((byte & 0xC0) != 0x80) return invalid;
    code = code << 6 | (byte & 0x3FU);
  }
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_surrogate = 0xD800 <= code && code < 0xE000;
  if (is_overlong || is_surrogate || 0x10FFFF < code) return invalid;
  return {.code = code, .length = length};
}

std::size_t first_invalid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Nearly all source is ASCII: eight bytes at a time.
    std::uint64_t word = 0;
    if (sizeof word <= text.size() - at) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const Character character = character_at(text, at);
    if (!character.is_valid) return at;
    at += character.length;
  }
  return std::string_view::npos;
}

unsigned width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (is_in(zero_width, code)) return 0;
  return is_in(double_width, code) ? 2 : 1;
}

std::string displayable(std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    append(result, shown(character.code));
    at += character.length;
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    width += width_of(shown(character.code));
    at += character.length;
  }
  return width;
}

}  // namespace server
