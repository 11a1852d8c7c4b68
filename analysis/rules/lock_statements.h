// Puts statements under a lock.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/rewrite.h"
#include "analysis/syntax/syntax_tree.h"

namespace analysis {

/// Code that must run under the lock without a gap. Offsets are into the text of the tree; the two ranges are
/// expressions or statements of one function, and may be the same.
struct LockedCode {
  TextRange first;
  TextRange last;
  std::string lock;  // as the code there spells it
};

/// A lock that does not exist yet.
struct NewLock {
  std::string target;  // as it is spelled where it is made: `_hits_lock`, `self._jobs_lock`
  TextRange cell;      // what it guards is bound here; the lock is made just before
};

/// Wraps the statements around each piece in `with`; pieces that meet become one. Refuses code that shares its lines
/// with other code, that yields or awaits, and definitions. `new_lock` may be null; for it `threading` is imported
/// where the module does not yet.
[[nodiscard]] Rewrite lock_statements(const SyntaxTree& tree, const std::vector<LockedCode>& pieces,
                                      const NewLock* new_lock);

/// A name for a lock that guards the cell of that name, which nothing in the module has: `_hits_lock`.
[[nodiscard]] std::string unused_lock_name(const SyntaxTree& tree, std::string_view cell);

}  // namespace analysis
