// Rewrites the initialization of shared cells: build under a new local name, assign once at the end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/syntax/syntax_tree.h"
#include "analysis/text/text_edit.h"

namespace analysis {

enum class ContainerKind : std::uint8_t { unknown, list, dict, set, object };

/// A call inside the region of a function of the same module that fills the cell.
struct HelperFill {
  TextRange call;      // the call expression
  TextRange function;  // the helper's function_definition
};

/// One cell and the region of one function that initialises it. Offsets are into the text of the tree.
struct LazyInitialization {
  std::string cell;          // as the function spells it: `X`, `self._cache`, `cls._instance`, `Registry.items`
  bool is_global = false;    // a module global: needs a `global` statement where it is rebound
  TextRange function;        // the function_definition that holds test and region
  TextRange test;            // the condition that finds the cell unset
  TextRange region;          // the guarded code: the block of the `if`, or what follows the early return in its block
  TextRange publish;         // the first write after which the test no longer finds it unset
  ContainerKind container = ContainerKind::unknown;  // what the cell holds before: its module-level or __init__ value
  bool starts_empty = false; // the cell's value before the region is known to be an empty container (or None)
  bool may_be_tuple = false; // a list that nobody changes after the region, in the whole project
  std::vector<HelperFill> helpers;
};

/// The edits, or why there are none.
struct Rewrite {
  std::vector<TextEdit> edits;
  std::string refusal;  // half a sentence, lower case: "`X` is deleted inside the region"
};

/// All cells share one function and one region, and are rewritten together.
[[nodiscard]] Rewrite build_then_assign(const SyntaxTree& tree, const std::vector<LazyInitialization>& cells);

}  // namespace analysis
