// Lines of source as a terminal shows them, with carets under a part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/text/source_text.h"
#include "server/check/text_style.h"

namespace server {

/// Tabs are drawn as far as the next multiple of this. It need not be the width that the author sees: carets are placed
/// with the same one.
inline constexpr std::size_t tab_width = 4;

/// Wider lines are cut, so that one generated line does not fill the screen.
inline constexpr std::size_t line_width_limit = 160;

struct ShownLine {
  std::string text;
  std::size_t mark_column = 0;  // columns left of the marked part
  std::size_t mark_width = 0;   // at least 1
};

/// `line` has no line ending; `mark` is in bytes of it, clamped to it.
[[nodiscard]] ShownLine shown_line(std::string_view line, analysis::TextRange mark);

/// The line of `offset` without indentation.
[[nodiscard]] std::string shown_statement(const analysis::SourceText& text, std::uint32_t offset);

/// The lines around a range, and carets under it; of a range of several lines under its part of the first one. Every
/// line begins with its number in `gutter` columns and a bar.
[[nodiscard]] std::string excerpt(const analysis::SourceText& text, analysis::TextRange range, std::size_t gutter,
                                  const TextStyle& style, Ink ink);

}  // namespace server
