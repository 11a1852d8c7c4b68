// Where the text of a class can be cut into its head and the definitions of its body, told from the text alone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/text/text_range.h"

namespace analysis {

/// The head is what stands in front of the first part: the line of the class, its docstring, its first attributes.
struct ClassBody {
  std::string_view indentation;  // of the lines that begin a part; of the text that was given
  /// Each begins with the line of a definition or of its first decorator, and goes on to the next one. None: the text
  /// is not that of a class, or has nothing to cut.
  std::vector<TextRange> parts;
  std::uint32_t end = 0;  // of the last part: there the next line without indentation begins, or the text ends
};

/// Of a text whose first statement begins with its first byte. A guess, as brackets and the indentation of other lines
/// are not looked at: a parser has to agree with it.
[[nodiscard]] ClassBody class_body_of(std::string_view text);

}  // namespace analysis
