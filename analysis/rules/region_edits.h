// Insertions at the ends of a region: behind its last statement, and before each statement that leaves it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/syntax/indexed_tree.h"
#include "analysis/text/text_edit.h"

namespace analysis {

/// Puts `lines` before a `return`, `break` or `continue`, giving a short suite (`if done: return`) lines of its own.
/// Nothing when there is no room.
[[nodiscard]] std::optional<TextEdit> lines_before_exit(const IndexedTree& tree, IndexedTree::Index function,
                                                        IndexedTree::Index exit, const std::vector<std::string>& lines);

/// Puts `lines` behind a statement. Nothing when it shares a line with what is outside its block.
[[nodiscard]] std::optional<TextEdit> lines_after_statement(const IndexedTree& tree, IndexedTree::Index statement,
                                                            const std::vector<std::string>& lines);

/// Whether the statement has its line for itself, comments apart.
[[nodiscard]] bool has_own_line(const IndexedTree& tree, IndexedTree::Index statement);

/// What follows the statement on its line: white space and a comment.
[[nodiscard]] std::string_view rest_of_line(const IndexedTree& tree, IndexedTree::Index statement);

}  // namespace analysis
