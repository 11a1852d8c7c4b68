#include "server/convert/from_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace server {
namespace {

std::uint32_t clamped(std::int64_t number) {
  return static_cast<std::uint32_t>(std::min<std::int64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t to_offset(const protocol::Position& position, const analysis::SourceText& text,
                        analysis::ColumnUnit unit) {
  return text.offset_of({clamped(position.line), clamped(position.character)}, unit);
}

}  // namespace

analysis::ColumnUnit to_column_unit(protocol::PositionEncoding encoding) {
  switch (encoding) {
    case protocol::PositionEncoding::utf8:
      return analysis::ColumnUnit::utf8;
    case protocol::PositionEncoding::utf16:
      return analysis::ColumnUnit::utf16;
    case protocol::PositionEncoding::utf32:
      return analysis::ColumnUnit::utf32;
  }
  return analysis::ColumnUnit::utf16;
}

std::optional<analysis::TextRange> to_text_range(const protocol::Range& range, const analysis::SourceText& text,
                                                 analysis::ColumnUnit unit) {
  if (range.start.line < 0 || range.start.character < 0 || range.end.character < 0 || range.end < range.start)
    return {};
  return analysis::TextRange{to_offset(range.start, text, unit), to_offset(range.end, text, unit)};
}

tl::expected<std::shared_ptr<const analysis::SourceText>, std::string> apply_changes(
    std::shared_ptr<const analysis::SourceText> text, const std::vector<protocol::ContentChange>& changes,
    analysis::ColumnUnit unit) {
  for (const protocol::ContentChange& change : changes) {
    if (!change.range) {
      text = analysis::make_source_text(change.text);
      continue;
    }
    const std::optional<analysis::TextRange> range = to_text_range(*change.range, *text, unit);
    if (!range) {
      const auto& [start, end] = *change.range;
      return tl::unexpected(
          fmt::format("there is no range from {}:{} to {}:{}", start.line, start.character, end.line, end.character));
    }
    text = analysis::make_source_text(*text, *range, change.text);
  }
  return text;
}

}  // namespace server
