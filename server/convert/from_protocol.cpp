#include "server/convert/from_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace server {
namespace {

std::uint32_t clamped(std::int64_t number) {
  return static_cast<std::uint32_t>(std::min<std::int64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

/// See `to_text_range`. `Text` knows the offsets of lines and columns.
template <class Text>
std::optional<analysis::TextRange> range_in(const Text& text, const protocol::Range& range, analysis::ColumnUnit unit) {
  const auto& [start, end] = range;
  if (start.line < 0 || start.character < 0 || end.character < 0 || end < start) return {};
  return analysis::TextRange{text.offset_of({clamped(start.line), clamped(start.character)}, unit),
                             text.offset_of({clamped(end.line), clamped(end.character)}, unit)};
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
  return range_in(text, range, unit);
}

std::string apply_changes(analysis::TextDraft& draft, const std::vector<protocol::ContentChange>& changes,
                          analysis::ColumnUnit unit) {
  for (const protocol::ContentChange& change : changes) {
    if (!change.range) {
      draft = analysis::TextDraft(analysis::make_source_text(change.text));
      continue;
    }
    const std::optional<analysis::TextRange> range = range_in(draft, *change.range, unit);
    if (!range) {
      const auto& [start, end] = *change.range;
      return fmt::format("there is no range from {}:{} to {}:{}", start.line, start.character, end.line, end.character);
    }
    draft.replace(*range, change.text);
  }
  return {};
}

}  // namespace server
