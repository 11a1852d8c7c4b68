// Which blocks of a tree a guard and a lock protect, for repairs that rewrite them.
#pragma once

#include <optional>

#include "analysis/concurrency/access.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// The guarded code: a block, or what follows the statement with the test in its block. Nothing when the code is an
/// expression.
[[nodiscard]] std::optional<TextRange> region_of(const SyntaxTree& tree, const Guard& guard);

/// The code that runs under a lock around a write: the block of the innermost `with` that holds it.
[[nodiscard]] TextRange locked_block(const SyntaxTree& tree, TextRange write);

}  // namespace analysis
