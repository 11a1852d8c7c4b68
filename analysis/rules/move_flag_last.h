// Moves the assignment of a ready flag to the end of the work that it announces.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/rewrite.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// A flag that says that something is ready, set before it is. Offsets are into the text of the tree.
struct EarlyReadyFlag {
  std::string flag = {};      // as the function spells it: `ready`, `self._loaded`
  TextRange function = {};    // the function_definition that holds the assignment
  TextRange region = {};      // the guarded code: the block of the `if`, or what follows the early return in its block
  TextRange assignment = {};  // the statement `ready = True`
  std::vector<TextRange> readers = {};  // call expressions in the region of functions that read the flag
};

/// The repair is for review: after an exception the work is done again, and code that the region calls finds the flag
/// unset.
[[nodiscard]] Rewrite move_flag_last(const SyntaxTree& tree, const EarlyReadyFlag& early);

}  // namespace analysis
