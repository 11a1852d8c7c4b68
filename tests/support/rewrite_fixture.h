// Finds the parts of a lazy initialization in a small Python text, so that tests can be tables of texts before and
// after.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/rules/build_then_assign.h"

namespace analysis::rewriting {

/// How one cell of a text is initialised. Offsets are found from pieces of the text.
struct Setting {
  std::string cell = "X";
  bool is_global = true;
  std::string test = {};  // the condition as written; its first occurrence counts. The guarded code is the block of its
                          // `if` or `except`, or what follows when that block only leaves the function
  std::string body_of = {};  // instead of `test`: the function whose whole body is the guarded code
  ContainerKind container = ContainerKind::unknown;
  bool starts_empty = true;
  bool may_be_tuple = false;
  std::vector<std::string> helpers =
      {};  // names of functions: every call of them in the guarded code and in each other
  std::vector<std::string> readers = {};  // names of functions: every call of them
  std::string owner = {};
  std::string empty_value = {};
};

/// Applies the rewrite and returns the text after it; "refused: …" when there is none; "broken: …" when the result has
/// error nodes that the text before has not.
[[nodiscard]] std::string rewritten(std::string_view text, const Setting& cell);
[[nodiscard]] std::string rewritten_together(std::string_view text, const std::vector<Setting>& cells);

/// The first occurrence of `piece`.
[[nodiscard]] TextRange range_of(std::string_view text, std::string_view piece);

/// Applies edits to a text as `rewritten` does.
[[nodiscard]] std::string result_of(const SyntaxTree& tree, const Rewrite& rewrite);

}  // namespace analysis::rewriting
