// Where code that does not parse can be cut, told from the text alone.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "analysis/text/common_ends.h"
#include "analysis/text/text_range.h"

namespace analysis {

struct Pieces {
  std::vector<TextRange> ranges;  // in order and without gaps; never none
  bool are_certain = false;       // every string of three quotes is closed
};

/// The code from its first to its last byte, cut before each definition and import that begins a line: a person sees
/// that it is outside of whatever is half typed above it. Decorators stay with what they decorate. A line inside a
/// string is no border; but where a string of three quotes is not closed, one that is typed just now turns all that
/// follows inside out, and a string with a border in it ends there.
[[nodiscard]] Pieces pieces_of(std::string_view code);

/// The same, quicker: `before` are those of an earlier text of `size_before` bytes, which has these ends in common with
/// the code.
[[nodiscard]] Pieces pieces_of(std::string_view code, const Pieces& before, std::size_t size_before, CommonEnds ends);

}  // namespace analysis
