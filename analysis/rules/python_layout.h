// Where a line of Python can be put so that everything around it stays byte for byte: indentation, line endings,
// comments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/text/source_text.h"
#include "analysis/text/text_edit.h"

namespace analysis {

/// The white space that begins the line of `offset`.
[[nodiscard]] std::string_view indentation_at(const SourceText& text, std::uint32_t offset);

/// What ends the line of `offset`; for a last line without an ending, what ends the first line, or "\n".
[[nodiscard]] std::string_view line_ending_at(const SourceText& text, std::uint32_t offset);

/// What one more level of indentation looks like inside the block whose header is at `header` and whose first statement
/// is at `body`; four spaces when both are on one line.
[[nodiscard]] std::string indentation_step(const SourceText& text, std::uint32_t header, std::uint32_t body);

/// Whether only white space is before `offset` on its line.
[[nodiscard]] bool is_first_on_line(const SourceText& text, std::uint32_t offset);

/// Whether only white space, a semicolon and a comment come after `offset` on its line.
[[nodiscard]] bool is_last_on_line(const SourceText& text, std::uint32_t offset);

/// The line of `offset` with its ending.
[[nodiscard]] TextRange full_line_at(const SourceText& text, std::uint32_t offset);

/// Puts `line` before the statement at `begin`, which must be first on its line, and before the comments directly above
/// it. `line` has neither indentation nor ending.
[[nodiscard]] TextEdit line_above(const SourceText& text, std::uint32_t begin, std::string_view line);

/// The same without looking at comments: `line` stands directly before the statement.
[[nodiscard]] TextEdit line_before(const SourceText& text, std::uint32_t begin, std::string_view line);

enum class PlaceInBlock : std::uint8_t { middle, last };

/// Puts `line` after a statement that must be last on its last line, with the indentation of the line on which it
/// begins. Comments that belong to the statement (deeper ones, and those of its level when it is the last of its block)
/// stay before `line`.
[[nodiscard]] TextEdit line_after(const SourceText& text, TextRange statement, PlaceInBlock place,
                                  std::string_view line);

}  // namespace analysis
