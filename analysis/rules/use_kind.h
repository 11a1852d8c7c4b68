// What one occurrence of a name or attribute does to the object it stands for. Part of cell_uses.
#pragma once

#include <cstdint>

#include "analysis/rules/cell_uses.h"

namespace analysis {

/// How the node at a place is given a value there.
enum class Binding : std::uint8_t {
  none,
  assignment,  // alone or in a tuple of targets
  augmented,
  walrus,
  with_target,
  other,  // loop variable, import, definition, exception, pattern
};

/// `type(self)._x = 1` is a type alias to the grammar, whose name is `(self)._x`: whether `type` is that name.
[[nodiscard]] bool is_assigned_type(const IndexedTree& tree, IndexedTree::Index type);

[[nodiscard]] Binding binding_of(const IndexedTree& tree, IndexedTree::Index node);

/// The use without its scope.
[[nodiscard]] CellUse use_at(const IndexedTree& tree, IndexedTree::Index node);

}  // namespace analysis
