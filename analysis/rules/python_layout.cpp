#include "analysis/rules/python_layout.h"

namespace analysis {
namespace {

constexpr std::string_view blank = " \t\f";

TextRange line_at(const SourceText& text, std::uint32_t offset) {
  return text.lines().line_range(text.bytes(), text.lines().line_of(offset));
}

/// The indentation of a line that holds only a comment; null data when it holds anything else.
std::string_view comment_indentation(const SourceText& text, std::uint32_t line) {
  const std::string_view bytes = text.slice(text.lines().line_range(text.bytes(), line));
  const std::size_t first = bytes.find_first_not_of(blank);
  if (first == std::string_view::npos || bytes[first] != '#') return {};
  return bytes.substr(0, first);
}

}  // namespace

std::string_view indentation_at(const SourceText& text, std::uint32_t offset) {
  const std::string_view line = text.slice(line_at(text, offset));
  const std::size_t first = line.find_first_not_of(blank);
  return line.substr(0, first == std::string_view::npos ? line.size() : first);
}

TextRange full_line_at(const SourceText& text, std::uint32_t offset) {
  const std::string_view bytes = text.bytes();
  TextRange line = line_at(text, offset);
  if (line.end < bytes.size() && bytes[line.end] == '\r') ++line.end;
  if (line.end < bytes.size() && bytes[line.end] == '\n') ++line.end;
  return line;
}

std::string_view line_ending_at(const SourceText& text, std::uint32_t offset) {
  for (const std::uint32_t at : {offset, std::uint32_t{0}}) {
    const TextRange line = line_at(text, at);
    const TextRange full = full_line_at(text, at);
    if (line.end < full.end) return text.slice({line.end, full.end});
  }
  return "\n";
}

std::string indentation_step(const SourceText& text, std::uint32_t header, std::uint32_t body) {
  const std::string_view outer = indentation_at(text, header);
  const std::string_view inner = indentation_at(text, body);
  if (inner.size() > outer.size() && inner.starts_with(outer)) return std::string(inner.substr(outer.size()));
  return outer.starts_with('\t') ? "\t" : "    ";
}

bool is_first_on_line(const SourceText& text, std::uint32_t offset) {
  return text.slice({line_at(text, offset).begin, offset}).find_first_not_of(blank) == std::string_view::npos;
}

bool is_last_on_line(const SourceText& text, std::uint32_t offset) {
  std::string_view rest = text.slice({offset, line_at(text, offset).end});
  const std::size_t first = rest.find_first_not_of(blank);
  if (first == std::string_view::npos) return true;
  if (rest[first] == ';') rest = rest.substr(first + 1);
  const std::size_t next = rest.find_first_not_of(blank);
  return next == std::string_view::npos || rest[next] == '#';
}

TextEdit line_before(const SourceText& text, std::uint32_t begin, std::string_view line) {
  std::string replacement(line);
  replacement += line_ending_at(text, begin);
  replacement += indentation_at(text, begin);
  return {{begin, begin}, replacement};
}

TextEdit line_above(const SourceText& text, std::uint32_t begin, std::string_view line) {
  const std::string_view indentation = indentation_at(text, begin);
  std::uint32_t at = text.lines().line_of(begin);
  while (0 < at) {
    const std::string_view comment = comment_indentation(text, at - 1);
    if (comment.data() == nullptr || comment != indentation) break;
    --at;
  }
  const TextRange first = text.lines().line_range(text.bytes(), at);
  return line_before(text, first.begin + static_cast<std::uint32_t>(indentation.size()), line);
}

TextEdit line_after(const SourceText& text, TextRange statement, PlaceInBlock place, std::string_view line) {
  const std::string_view indentation = indentation_at(text, statement.begin);
  std::uint32_t at = text.lines().line_of(statement.end);
  while (at + 1 < text.lines().line_count()) {
    const std::string_view comment = comment_indentation(text, at + 1);
    const bool is_deeper = comment.starts_with(indentation) && indentation.size() < comment.size();
    const bool is_own = comment.data() != nullptr && comment == indentation && place == PlaceInBlock::last;
    if (!is_deeper && !is_own) break;
    ++at;
  }
  const std::uint32_t end = text.lines().line_range(text.bytes(), at).end;
  std::string replacement(line_ending_at(text, end));
  replacement += indentation;
  replacement += line;
  return {{end, end}, replacement};
}

}  // namespace analysis
