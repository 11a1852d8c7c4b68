// What a check saves by what the one before it has kept.
#pragma once

#include <vector>

#include "tests/bench/corpus.h"

namespace bench {

/// Medians over the runs; times in milliseconds, as many threads as the machine has.
struct WarmReport {
  std::size_t files = 0;
  std::size_t runs = 0;
  double cold = 0;         // nothing is kept yet; what is found out is written
  double uncached = 0;     // `--no-cache`
  double warm = 0;         // nothing has changed; size and time are trusted
  double verified = 0;     // nothing has changed; every file is read
  double cache_bytes = 0;  // on disk, after one check
  // Of `few_files` of them: nothing has changed, and each time another one has.
  std::size_t few_files = 0;
  double few_warm = 0;
  double few_verified = 0;
  double few_changed = 0;
  double change_ratio = 0;  // each run with a change divided by the one without it just before
};

[[nodiscard]] WarmReport measure_warm(const Corpus& corpus, std::size_t runs);

}  // namespace bench
