// Rewrites the initialization of shared cells: build under a new local name, assign once at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/rules/rewrite.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

enum class ContainerKind : std::uint8_t { unknown, list, dict, set, object };

/// A call of a function of the same module that fills the cell: inside the region, or inside another helper.
struct HelperFill {
  TextRange call;           // the call expression
  TextRange function = {};  // the helper's function_definition
  std::string cell =
      {};  // as the helper spells it; empty: as the function does, `self` being each one's first parameter
};

/// One cell and the region of one function that initialises it. Offsets are into the text of the tree.
struct LazyInitialization {
  std::string cell = {};    // as the function spells it: `X`, `self._cache`, `Registry.items`, `CACHE[key]`
  bool is_global = false;   // a module global: needs a `global` statement where it is rebound
  TextRange function = {};  // the function_definition that holds test and region
  TextRange test = {};      // the condition that finds the cell unset
  TextRange region = {};    // the guarded code: the block of the `if`, or what follows the early return in its block
  TextRange publish = {};   // the first write after which the test no longer finds it unset
  ContainerKind container = ContainerKind::unknown;  // what the cell holds before: its module-level or __init__ value
  bool starts_empty = false;  // the cell's value before the region is known to be an empty container (or None)
  bool may_be_tuple = false;  // a list that nobody changes after the region, in the whole project
  std::vector<HelperFill> helpers = {};
  std::string owner =
      {};  // what the finished object is assigned to when that is not `cell`: `cls._x` for `self._x` of a class
  std::string empty_value = {};  // an expression that makes an empty one: `OrderedDict()`; empty: that of `container`
  std::vector<TextRange> readers = {};  // call expressions in the region of functions that read the cell
};

/// All cells share one function and one region, and are rewritten together. The cell that the condition tests, which
/// is the first where the condition stands in another function, is assigned last. An exception that leaves the region
/// leaves the cell unset, so that the next caller starts anew; the old code left it half filled for ever. The edits are
/// not analysed again here.
[[nodiscard]] Rewrite build_then_assign(const SyntaxTree& tree, const std::vector<LazyInitialization>& cells);

/// A name for the local that takes the cell's place: `new_` and the cell's last name, with a number where an identifier
/// of the function is spelled like that.
[[nodiscard]] std::string unused_local_name(const SyntaxTree& tree, TextRange function, std::string_view cell);

}  // namespace analysis
