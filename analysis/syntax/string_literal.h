// Where a string literal ends, told from the text alone.
#pragma once

#include <cstddef>
#include <string_view>

namespace analysis {

struct StringEnd {
  std::size_t offset = 0;  // in bytes, behind the closing quotes
  bool is_closed = false;
};

/// Of the literal whose first quote is at `begin`. One that nothing closes ends with its line, or with the code if it
/// has three quotes. A backslash never ends a string, raw strings included.
[[nodiscard]] StringEnd end_of_string(std::string_view code, std::size_t begin);

}  // namespace analysis
