// Colours of text output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/rules/finding.h"

namespace server {

enum class ColorChoice : std::uint8_t { automatic, always, never };

enum class Ink : std::uint8_t {
  plain,
  bold,
  dim,
  error,
  warning,
  information,
  hint,
  line_number,
  first_thread,
  second_thread,
  help,
  added,
  removed,
};

/// How text is coloured: with ANSI escapes, or not at all.
struct TextStyle {
  bool is_colored = false;
};

/// `text` in a colour; `text` as it is when the style has none.
[[nodiscard]] std::string painted(const TextStyle& style, Ink ink, std::string_view text);

[[nodiscard]] Ink ink_of(analysis::Severity severity);

/// The style of what is written to a file descriptor. When the choice is automatic, `NO_COLOR`, `FORCE_COLOR`,
/// `CLICOLOR_FORCE` and `CLICOLOR` decide, in this order; then whether it is a terminal that knows colours.
[[nodiscard]] TextStyle style_of(int descriptor, ColorChoice choice);

/// The same for a text that goes to a file.
[[nodiscard]] TextStyle style_of_file(ColorChoice choice);

}  // namespace server
