// What the analysis of an edited text costs beside that of the same text from scratch.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

struct ReanalysisReport {
  std::size_t lines = 0;
  double full = 0;            // milliseconds from the tree of the whole text to its findings; median
  std::vector<double> edits;  // milliseconds from the text to its findings, after a letter in the code of a function;
                              // with the parse of what is parsed again
};

/// Types letters into words of the code of functions, where that breaks no syntax, and takes each back; full analyses
/// in between, so that a slow phase of the machine shows in both.
[[nodiscard]] ReanalysisReport measure_reanalysis(const std::string& text, std::size_t count);

}  // namespace bench
