// Line by line, what differs between two texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/text_edit.h"
#include "server/check/text_style.h"

namespace server {

enum class DiffMark : char { same = ' ', added = '+', removed = '-' };

struct DiffLine {
  DiffMark mark = DiffMark::same;
  std::size_t row = 0;  // from 1: in the new text, that of a removed line in the old one
  std::string text;     // with its line ending
};

/// Lines that differ, and the lines around them.
struct DiffHunk {
  std::string header;  // "@@ -3,7 +3,8 @@"
  std::vector<DiffLine> lines;
};

/// In the order of the text; `context` lines around each change. Empty for equal texts.
[[nodiscard]] std::vector<DiffHunk> difference(std::string_view before, std::string_view after, unsigned context);

/// Edits of whole lines that make one text of the other, as few as there are changes.
[[nodiscard]] std::vector<analysis::TextEdit> edits_between(std::string_view before, std::string_view after);

/// As `patch` and `git apply` read it. Empty for equal texts.
[[nodiscard]] std::string unified_diff(const std::string& path, std::string_view before, std::string_view after,
                                       const TextStyle& style);

}  // namespace server
