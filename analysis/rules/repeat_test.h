// Repeats a test under the lock that code takes after it: the missing half of double-checked locking.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/rules/rewrite.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// In which outcome of the test the cell is unset: `X is None`, or `X` of `if X: return X`.
enum class UnsetWhen : std::uint8_t { true_, false_ };

/// An unlocked test, and code under a lock that initialises the cell without testing again. Offsets are into the text
/// of the tree.
struct MissingSecondTest {
  std::string cell = {};    // as the function spells it
  TextRange function = {};  // the function_definition
  TextRange test = {};      // the condition, or the part of it that is about the cell
  UnsetWhen unset_when = UnsetWhen::true_;
  TextRange locked =
      {};  // the code under the lock: the block of the `with`, or what stands between acquire and release
};

/// Puts the test around the statements under the lock up to the last that changes the cell.
[[nodiscard]] Rewrite repeat_test(const SyntaxTree& tree, const MissingSecondTest& missing);

}  // namespace analysis
