// What a repair does to the text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/rules/finding.h"

namespace analysis {

/// The edits, or why there are none.
struct Rewrite {
  std::vector<TextEdit> edits;
  std::string refusal;  // half a sentence, lower case: "`X` is deleted inside the region"
};

/// The rewrite as a repair to be reviewed.
[[nodiscard]] inline Fix as_fix(std::string title, Rewrite rewrite) {
  return {.title = std::move(title),
          .applicability = Applicability::review,
          .is_preferred = false,
          .edits = std::move(rewrite.edits),
          .disabled_reason = std::move(rewrite.refusal)};
}

}  // namespace analysis
