// Bare tree-sitter: what all other times are divided by.
#pragma once

#include <string>
#include <vector>

namespace bench {

/// Wall milliseconds to parse all texts and to drop each tree at once: one parser per thread, the next text for whoever
/// is free, nothing else done.
[[nodiscard]] double parse_time(const std::vector<std::string>& texts, unsigned threads);

}  // namespace bench
