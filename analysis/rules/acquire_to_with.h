// Rewrites a lock that is taken and released by hand as a `with` statement.
#pragma once

#include "analysis/rules/rewrite.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// `acquire` is the call `lock.acquire()`. What stands between it and the `lock.release()` of the same block, or the
/// `try` there whose `finally` does nothing else, comes into the `with`; releases before a way out go. Refuses code
/// that goes on after it has released, and code that takes the lock for a value.
[[nodiscard]] Rewrite acquire_to_with(const SyntaxTree& tree, TextRange acquire);

}  // namespace analysis
