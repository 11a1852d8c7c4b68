#include "analysis/text/line_index.h"

#include <algorithm>
#include <cassert>

namespace analysis {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Length in bytes of the UTF-8 character at `offset`, 1 for a byte that begins none.
/// The ranges are those of the Unicode standard, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::uint32_t character_length(std::string_view text, std::uint32_t offset) {
  const auto byte = [&](std::uint32_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t left = static_cast<std::uint32_t>(text.size()) - offset;
  const unsigned char first = byte(offset);
  if (first < 0xC2 || 0xF4 < first) return 1;
  const std::uint32_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (left < length) return 1;
  const unsigned char second = byte(offset + 1);
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || high < second) return 1;
  for (std::uint32_t i = 2; i < length; ++i) {
    if (!continues(text[offset + i])) return 1;
  }
  return length;
}

/// How many units the character at `offset` counts, given its length in bytes.
std::uint32_t units(std::uint32_t length, ColumnUnit unit) {
  if (unit == ColumnUnit::utf8) return length;
  // UTF-16 spends two units on characters beyond the BMP, which are those of four bytes.
  return unit == ColumnUnit::utf16 && length == 4 ? 2 : 1;
}

/// The starts of lines behind one that starts at `from`, up to the first one behind `end`.
std::vector<std::uint32_t> starts_behind(std::string_view text, std::uint32_t from, std::size_t end) {
  std::vector<std::uint32_t> starts;
  // Two searches for one byte each are many times faster than one for either.
  std::size_t newline = text.find('\n', from);
  std::size_t carriage_return = text.find('\r', from);
  while ((newline != std::string_view::npos || carriage_return != std::string_view::npos) && from <= end) {
    std::size_t last = std::min(newline, carriage_return);
    if (last == carriage_return && last + 1 == newline) last = newline;
    from = static_cast<std::uint32_t>(last + 1);
    starts.push_back(from);
    if (newline < from) newline = text.find('\n', from);
    if (carriage_return < from) carriage_return = text.find('\r', from);
  }
  return starts;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : starts_(starts_behind(text, 0, text.size())) {
  starts_.insert(starts_.begin(), 0);
}

void LineIndex::replace(std::string_view text, TextRange replaced, std::uint32_t size) {
  // A line may end in front of the change in another way: a `\n` may come behind its `\r`, or go.
  const std::uint32_t line = line_of(replaced.begin == 0 ? 0 : replaced.begin - 1);
  const std::uint32_t end = replaced.begin + size;
  const std::size_t newline = text.find('\n', end);
  if (newline != std::string_view::npos) text = text.substr(0, newline + 1);  // no need to search further for `\r`
  const std::vector<std::uint32_t> starts = starts_behind(text, starts_[line], end);
  const bool is_last = starts.empty() || starts.back() <= end;  // no line begins behind the change
  const std::uint32_t shift = size - replaced.size();           // wraps where the text becomes shorter
  const auto first = starts_.begin() + line + 1;
  const auto behind = is_last ? starts_.end() : std::upper_bound(first, starts_.end(), starts.back() - shift);
  std::for_each(behind, starts_.end(), [shift](std::uint32_t& start) { start += shift; });
  starts_.insert(starts_.erase(first, behind), starts.begin(), starts.end());
}

std::uint32_t LineIndex::line_of(std::uint32_t offset) const {
  const auto after = std::ranges::upper_bound(starts_, offset);
  return static_cast<std::uint32_t>(after - starts_.begin()) - 1;
}

TextRange LineIndex::line_range(std::string_view text, std::uint32_t line) const {
  const auto size = static_cast<std::uint32_t>(text.size());
  if (line_count() <= line) return {size, size};
  std::uint32_t end = line + 1 < line_count() ? starts_[line + 1] : size;
  const std::uint32_t begin = starts_[line];
  if (line + 1 < line_count()) {
    --end;
    if (begin < end && text[end] == '\n' && text[end - 1] == '\r') --end;
  }
  return {begin, end};
}

LineColumn LineIndex::locate(std::string_view text, std::uint32_t offset, ColumnUnit unit) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  const std::uint32_t line = line_of(offset);
  if (unit == ColumnUnit::utf8) return {line, offset - starts_[line]};
  std::uint32_t column = 0;
  for (std::uint32_t at = starts_[line]; at < offset;) {
    const std::uint32_t length = character_length(text, at);
    at += length;
    if (offset < at) break;  // inside a character: its start
    column += units(length, unit);
  }
  return {line, column};
}

std::uint32_t LineIndex::offset_of(std::string_view text, LineColumn place, ColumnUnit unit) const {
  if (line_count() <= place.line) return static_cast<std::uint32_t>(text.size());
  const TextRange line = line_range(text, place.line);
  std::uint32_t column = 0;
  std::uint32_t at = line.begin;
  while (at < line.end) {
    const std::uint32_t length = character_length(text, at);
    if (place.column < column + units(length, unit)) break;
    column += units(length, unit);
    at += length;
  }
  return at;
}

}  // namespace analysis
