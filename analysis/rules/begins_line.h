// Whether an expression is a statement of its own, as far as its line shows.
#pragma once

#include <algorithm>

#include "analysis/rules/rule_context.h"

namespace analysis {

/// Whether nothing but indentation, `await` or another statement stands before the range on its line: nobody asks for
/// what the call there returns.
[[nodiscard]] inline bool begins_line(const RuleContext& context, TextRange range) {
  const ProgramPlace place = place_of(context, range);
  const LineIndex& lines = place.text.lines();
  const TextRange line = lines.line_range(place.text.bytes(), lines.line_of(place.range.begin));
  std::string_view before = place.text.slice({line.begin, place.range.begin});
  before.remove_prefix(std::min(before.find_first_not_of(" \t"), before.size()));
  return before.empty() || before == "await " || before.ends_with("; ");
}

}  // namespace analysis
