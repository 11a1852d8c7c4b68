// Names for new local variables and parameters that mean nothing else where they are put.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/syntax/indexed_tree.h"

namespace analysis {

/// `c` of `a.b.c`, and of `c`.
[[nodiscard]] inline std::string_view last_name(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);  // npos + 1 is 0
}

/// The last part of a cell's spelling without leading underscores: `serializers` for `_serializers`, `cache` for
/// `self._cache`. Names in capitals become lower case. "value" when nothing is left. `cache_item` for
/// `self._cache[key]`.
[[nodiscard]] std::string bare_name(std::string_view cell);

/// `wanted`, or `wanted` with the first number from 2 with which no identifier in `functions`, no keyword and no
/// builtin of any Python is spelled like it, nor any of `taken`.
[[nodiscard]] std::string unused_name(const IndexedTree& tree, const std::vector<IndexedTree::Index>& functions,
                                      std::string_view wanted, const std::vector<std::string>& taken);

}  // namespace analysis
