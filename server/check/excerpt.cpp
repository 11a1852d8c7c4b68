#include "server/check/excerpt.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/workspace/character.h"

namespace server {
namespace {

/// Lines shown on each side of the marked one.
constexpr std::uint32_t context = 2;

std::string_view line_text(const analysis::SourceText& text, std::uint32_t line) {
  return text.slice(text.lines().line_range(text.bytes(), line));
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\f") == std::string_view::npos; }

std::string bar(std::size_t gutter, const TextStyle& style, std::string_view number = {}) {
  return painted(style, Ink::line_number, fmt::format("{:>{}} |", number, gutter));
}

}  // namespace

ShownLine shown_line(std::string_view line, analysis::TextRange mark) {
  const std::size_t size = line.size();
  const std::size_t begin = std::min<std::size_t>(mark.begin, size);
  const std::size_t end = std::clamp<std::size_t>(mark.end, begin, size);
  ShownLine shown;
  std::size_t column = 0;
  std::size_t cut = 0;  // columns left out at the left
  // A mark far to the right is kept in view.
  if (const std::size_t ahead = display_width(line.substr(0, begin)); line_width_limit * 3 / 4 < ahead) {
    cut = ahead - line_width_limit / 4;
    shown.text = "...";
  }
  const std::size_t shift = cut == 0 ? 0 : cut - shown.text.size();
  for (std::size_t at = 0; at < size;) {
    const Character character = character_at(line, at);
    const std::string_view bytes = line.substr(at, character.length);
    const bool is_tab = character.code == '\t';
    const std::size_t width = is_tab ? tab_width - column % tab_width : display_width(bytes);
    if (at == begin) shown.mark_column = column - std::min(shift, column);
    if (begin <= at && at < end) shown.mark_width += width;
    if (cut <= column && column + width <= cut + line_width_limit) {
      shown.text += is_tab ? std::string(width, ' ') : displayable(bytes);
    }
    column += width;
    at += character.length;
  }
  if (begin == size) shown.mark_column = column - std::min(shift, column);
  if (cut + line_width_limit < column) shown.text += "...";
  const std::size_t right = line_width_limit + 3;
  shown.mark_width = std::clamp<std::size_t>(shown.mark_width, 1, right - std::min(shown.mark_column, right - 1));
  return shown;
}

std::string shown_statement(const analysis::SourceText& text, std::uint32_t offset) {
  std::string_view line = line_text(text, text.lines().line_of(offset));
  line.remove_prefix(std::min(line.find_first_not_of(" \t\f"), line.size()));
  line = line.substr(0, line.find_last_not_of(" \t\f") + 1);
  return shown_line(line, {}).text;
}

std::string excerpt(const analysis::SourceText& text, analysis::TextRange range, std::size_t gutter,
                    const TextStyle& style, Ink ink) {
  const std::uint32_t marked = text.lines().line_of(range.begin);
  std::uint32_t first = marked - std::min(marked, context);
  std::uint32_t last = std::min(marked + context, text.lines().line_count() - 1);
  while (first < marked && is_blank(line_text(text, first))) ++first;
  while (marked < last && is_blank(line_text(text, last))) --last;

  std::string result = bar(gutter, style) + '\n';
  for (std::uint32_t line = first; line <= last; ++line) {
    const std::uint32_t start = text.lines().line_range(text.bytes(), line).begin;
    const bool is_marked = line == marked;
    const ShownLine shown =
        shown_line(line_text(text, line),
                   is_marked ? analysis::TextRange{range.begin - start, range.end - start} : analysis::TextRange{});
    result += bar(gutter, style, std::to_string(line + 1));
    if (!shown.text.empty()) result += ' ' + shown.text;
    result += '\n';
    if (!is_marked) continue;
    result += bar(gutter, style) + ' ' + std::string(shown.mark_column, ' ');
    result += painted(style, ink, std::string(shown.mark_width, '^')) + '\n';
  }
  return result + bar(gutter, style) + '\n';
}

}  // namespace server
