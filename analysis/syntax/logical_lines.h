// Which lines of Python code belong together, told from the text alone.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/text/text_range.h"

namespace analysis {

/// The logical lines of Python, from the first to the last byte of code: a line ends where no bracket, no string and no
/// backslash carries it on. Comments and empty lines belong to none. Of code that is half typed the rest may be one
/// line.
[[nodiscard]] std::vector<TextRange> logical_lines(std::string_view code);

}  // namespace analysis
