// Line starts of a text, and columns counted in the unit that the asker wants.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/text/text_range.h"

namespace analysis {

/// What a column counts. Bytes that are not UTF-8 count as one of any unit, as an editor shows them (U+FFFD each).
enum class ColumnUnit : std::uint8_t { utf8, utf16, utf32 };

/// Zero-based line and column.
struct LineColumn {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend auto operator<=>(const LineColumn&, const LineColumn&) = default;
};

/// Where each line begins. `\n`, `\r\n` and a lone `\r` end a line, as in LSP and in Python.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);

  /// `text` comes of the text of the index when `replaced` becomes `size` bytes; quicker than an index from nothing.
  void replace(std::string_view text, TextRange replaced, std::uint32_t size);

  /// At least 1: an empty text has one empty line.
  [[nodiscard]] std::uint32_t line_count() const { return static_cast<std::uint32_t>(starts_.size()); }

  /// The line that holds `offset`; offsets past the end belong to the last line.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;

  /// The bytes of a line without its line ending; `text` must be the text of the index. Lines past the end are empty.
  [[nodiscard]] TextRange line_range(std::string_view text, std::uint32_t line) const;

  /// `offset` as line and column; `text` must be the text of the index. Offsets past the end give the end.
  [[nodiscard]] LineColumn locate(std::string_view text, std::uint32_t offset, ColumnUnit unit) const;

  /// The byte of a place. A column past the line's end gives the line's end, one inside a character its start, a line
  /// past the end the text's end: LSP asks for this.
  [[nodiscard]] std::uint32_t offset_of(std::string_view text, LineColumn place, ColumnUnit unit) const;

 private:
  std::vector<std::uint32_t> starts_;
};

}  // namespace analysis
