// Where code that does not parse can be cut, told from the text alone.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/text/text_range.h"

namespace analysis {

/// The code from its first to its last byte, cut before each definition and import that begins a line: a person sees
/// that it is outside of whatever is half typed above it. Decorators stay with what they decorate. A line inside a
/// string is no border; but where a string of three quotes is not closed, one that is typed just now turns all that
/// follows inside out, and a string with a border in it ends there.
[[nodiscard]] std::vector<TextRange> pieces_of(std::string_view code);

}  // namespace analysis
