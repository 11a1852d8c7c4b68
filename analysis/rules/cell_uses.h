// Every place where a function names a shared cell, and what it does to it there: from the syntax alone, scopes
// respected.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/syntax/indexed_tree.h"

namespace analysis {

enum class UseKind : std::uint8_t {
  bind,     // `X = …`, `with … as X`, `(X := …)`
  augment,  // `X += …`
  change,   // `X[k] = …`, `X.a = …`, `X.append(…)`, `del X[k]`
  escape,   // `f(X)`, `o.x = X`, `yield X`: what happens to it cannot be seen here
  read,     // anything that leaves it as it is; may give it other names
  foreign,  // bound or unbound in a way that cannot be moved: `del X`, `import X`, `for X in …`
};

struct CellUse {
  IndexedTree::Index node = IndexedTree::none;  // the identifier, attribute or subscript
  TextRange range;                              // its text
  UseKind kind = UseKind::read;
  bool is_element = false;           // an element or a copy is used, not the cell's object itself
  std::vector<std::string> aliases;  // local names of the object or its elements: `d = X`, `X = d`, `for d in X`
  IndexedTree::Index nested =
      IndexedTree::none;  // the outermost function, lambda or class inside `function` that holds the use
};

/// In reading order. `spelling` is a name or a dotted name (`self.__class__._x` and `type(self)._x` too); attributes,
/// keyword arguments and variables of inner scopes that are only spelled alike are not uses.
[[nodiscard]] std::vector<CellUse> uses_of(const IndexedTree& tree, IndexedTree::Index function,
                                           std::string_view spelling);

/// Whether `function` itself, not a function inside it, binds the name: assigns, imports, defines, or has it as
/// parameter.
[[nodiscard]] bool binds_name(const IndexedTree& tree, IndexedTree::Index function, std::string_view name);

/// Whether `function` itself says `global name` or `nonlocal name`.
[[nodiscard]] bool declares_outer(const IndexedTree& tree, IndexedTree::Index function, std::string_view name);

/// The innermost function, lambda or class around `node`, or `none`.
[[nodiscard]] IndexedTree::Index scope_around(const IndexedTree& tree, IndexedTree::Index node);

/// Whether an assignment, a loop, an import … gives the identifier or attribute at `node` a value.
[[nodiscard]] bool is_bound_at(const IndexedTree& tree, IndexedTree::Index node);

}  // namespace analysis
