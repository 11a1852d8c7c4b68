// The text of one module, immutable, with its line index and digest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "analysis/text/line_index.h"

namespace analysis {

/// Any bytes at all; held as `shared_ptr<const SourceText>`, so that a snapshot costs nothing.
class SourceText {
 public:
  /// Texts of 4 GiB and more are cut at 4 GiB - 1: offsets are 32 bits. Drivers refuse such files long before.
  explicit SourceText(std::string bytes);
  /// `before` with other bytes in the place of `replaced`, which lies in it.
  SourceText(const SourceText& before, TextRange replaced, std::string_view replacement);

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
[[nodiscard]] std::shared_ptr<const SourceText> make_source_text(const SourceText& before, TextRange replaced,
                                                                 std::string_view replacement);

}  // namespace analysis
