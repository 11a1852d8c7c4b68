// Replacements in a text, applied together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/text_range.h"

namespace analysis {

/// Replaces the bytes of `range` by `replacement`; an empty range inserts.
struct TextEdit {
  TextRange range;
  std::string replacement;
  friend bool operator==(const TextEdit&, const TextEdit&) = default;
};

/// The text after all edits, whose ranges are in the text before. Edits may come in any order; two insertions at one
/// place keep theirs. Nothing if two edits overlap or one lies outside the text.
[[nodiscard]] std::optional<std::string> apply_edits(std::string_view text, std::vector<TextEdit> edits);

}  // namespace analysis
