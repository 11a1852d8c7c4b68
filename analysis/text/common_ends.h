// What two texts have in common in front of and behind what differs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace analysis {

/// Bytes; together at most the size of the shorter text.
struct CommonEnds {
  std::size_t front = 0;
  std::size_t back = 0;
};

[[nodiscard]] inline CommonEnds common_ends(std::string_view left, std::string_view right) {
  constexpr std::size_t step = 256;  // bytes that are compared at once as long as they are the same
  CommonEnds ends;
  std::size_t most = std::min(left.size(), right.size());
  const auto is_same = [&](std::size_t at) { return left.substr(at, step) == right.substr(at, step); };
  while (ends.front + step <= most && is_same(ends.front)) ends.front += step;
  while (ends.front < most && left[ends.front] == right[ends.front]) ++ends.front;
  most -= ends.front;
  const auto is_same_end = [&](std::size_t size) {
    return left.substr(left.size() - size, step) == right.substr(right.size() - size, step);
  };
  while (ends.back + step <= most && is_same_end(ends.back + step)) ends.back += step;
  while (ends.back < most && left[left.size() - 1 - ends.back] == right[right.size() - 1 - ends.back]) ++ends.back;
  return ends;
}

}  // namespace analysis
