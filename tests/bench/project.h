// How long a whole `threadlint check` takes, beside the bare parse of the same files.
#pragma once

#include <vector>

#include "tests/bench/corpus.h"

namespace bench {

/// Medians over the runs; times in milliseconds.
struct ProjectTimes {
  unsigned threads = 1;
  double parse = 0;       // bare tree-sitter, texts in memory
  double check = 0;       // the whole process
  double check_user = 0;  // its CPU time outside the kernel
  double ratio = 0;       // of check to parse, each run divided by the parse just before it
  double peak_bytes = 0;  // of memory, in one run
};

struct ProjectReport {
  std::size_t files = 0;
  std::size_t files_checked = 0;  // as `check` says
  std::size_t lines = 0;
  std::size_t bytes = 0;
  std::size_t findings = 0;
  std::size_t unreadable = 0;
  double read = 0;  // milliseconds to read all files, once they are in the page cache; one thread
  std::size_t runs = 0;
  std::vector<ProjectTimes> times;  // by number of threads
};

[[nodiscard]] ProjectReport measure_project(const Corpus& corpus, std::size_t runs);

}  // namespace bench
