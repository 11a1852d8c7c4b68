#include "analysis/text/text_edit.h"

#include <algorithm>

namespace analysis {

std::optional<std::string> apply_edits(std::string_view text, std::vector<TextEdit> edits) {
  std::ranges::stable_sort(edits, {}, &TextEdit::range);
  std::string result;
  std::uint32_t done = 0;
  for (const TextEdit& edit : edits) {
    if (edit.range.begin < done || edit.range.end < edit.range.begin || text.size() < edit.range.end) return {};
    result.append(text.substr(done, edit.range.begin - done));
    result.append(edit.replacement);
    done = edit.range.end;
  }
  result.append(text.substr(done));
  return result;
}

}  // namespace analysis
