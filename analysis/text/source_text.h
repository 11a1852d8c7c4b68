// The text of one module, immutable, with its line index and digest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "analysis/text/line_index.h"

namespace analysis {

/// Offsets are 32 bits.
inline constexpr std::size_t longest_text = 0xFFFF'FFFE;

/// Any bytes at all; held as `shared_ptr<const SourceText>`, so that a snapshot costs nothing.
class SourceText {
 public:
  /// Longer texts are cut at `longest_text`. Drivers refuse such files long before.
  explicit SourceText(std::string bytes);
  /// `lines` are those of the bytes, which are not too long.
  SourceText(std::string bytes, LineIndex lines);

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// The text of a range, clamped to the text.
  [[nodiscard]] std::string_view slice(TextRange range) const;
  [[nodiscard]] const LineIndex& lines() const { return lines_; }
  /// XXH3 of the bytes. Equal texts have equal digests.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

  /// Zero-based; see `LineIndex::locate`.
  [[nodiscard]] LineColumn locate(std::uint32_t offset, ColumnUnit unit) const {
    return lines_.locate(bytes_, offset, unit);
  }
  /// See `LineIndex::offset_of`.
  [[nodiscard]] std::uint32_t offset_of(LineColumn place, ColumnUnit unit) const {
    return lines_.offset_of(bytes_, place, unit);
  }
  /// One-based line of an offset, for messages.
  [[nodiscard]] std::uint32_t row(std::uint32_t offset) const { return lines_.line_of(offset) + 1; }

 private:
  std::string bytes_;
  LineIndex lines_;
  std::uint64_t digest_;
};

[[nodiscard]] std::shared_ptr<const SourceText> make_source_text(std::string bytes);

}  // namespace analysis
