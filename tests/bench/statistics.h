// Times and what to make of many of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

/// Milliseconds since `begin`.
[[nodiscard]] inline double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// The smallest sample that `share` of the samples do not exceed; `share` is in (0, 1]. 0 when there are none.
[[nodiscard]] inline double quantile(std::vector<double> samples, double share) {
  if (samples.empty()) return 0;
  std::ranges::sort(samples);
  const double rank = std::ceil(share * static_cast<double>(samples.size()));
  return samples[std::min(static_cast<std::size_t>(std::max(rank, 1.0)), samples.size()) - 1];
}

[[nodiscard]] inline double median(const std::vector<double>& samples) { return quantile(samples, 0.5); }

}  // namespace bench
