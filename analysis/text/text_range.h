// A half-open range of bytes in a text: the one currency for places inside `analysis`.
#pragma once

#include <compare>
#include <cstdint>

namespace analysis {

/// `[begin, end)` in bytes, `begin <= end`. Empty ranges are places between two bytes.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend auto operator<=>(const TextRange&, const TextRange&) = default;

  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] bool contains(std::uint32_t offset) const { return begin <= offset && offset < end; }
  [[nodiscard]] bool contains(TextRange other) const { return begin <= other.begin && other.end <= end; }
  /// Whether a byte lies in both. Touching ranges do not overlap.
  [[nodiscard]] bool overlaps(TextRange other) const { return begin < other.end && other.begin < end; }
};

/// `range` moved `by` bytes to the right.
[[nodiscard]] inline TextRange shifted(TextRange range, std::uint32_t by) { return {range.begin + by, range.end + by}; }

}  // namespace analysis
