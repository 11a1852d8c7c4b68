// Gives functions that fill a shared cell a parameter for the object to fill, which keeps all their other callers
// right.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/build_then_assign.h"
#include "analysis/syntax/indexed_tree.h"
#include "analysis/text/text_edit.h"

namespace analysis {

/// Lets every call in `cell.helpers` pass on the object: the calls in `function` as `local`, those in a helper as the
/// helper's own new parameter. Adds to `edits`; the answer says why it cannot be done and is empty when it can.
[[nodiscard]] std::string pass_to_helpers(const IndexedTree& tree, IndexedTree::Index function,
                                          const LazyInitialization& cell, const std::string& local,
                                          std::vector<TextEdit>& edits);

}  // namespace analysis
