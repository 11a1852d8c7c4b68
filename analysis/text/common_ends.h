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
  CommonEnds ends;
  ends.front = static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  const std::size_t most = std::min(left.size(), right.size()) - ends.front;
  while (ends.back < most && left[left.size() - 1 - ends.back] == right[right.size() - 1 - ends.back]) ++ends.back;
  return ends;
}

}  // namespace analysis
