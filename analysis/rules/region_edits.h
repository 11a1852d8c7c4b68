// Edits of a region: behind its last statement, before each statement that leaves it, and around its statements.
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

/// Neighbours in one block, the first and the last.
struct StatementRun {
  IndexedTree::Index first;
  IndexedTree::Index last;
};

/// Puts `header` above the statements of a function and their comments, and these one level deeper. The statements must
/// have lines of their own; what is inside of strings stays.
void indent_statements(const IndexedTree& tree, StatementRun statements, const std::string& header,
                       std::vector<TextEdit>& edits);

/// Whether the statement has its line for itself, comments apart.
[[nodiscard]] bool has_own_line(const IndexedTree& tree, IndexedTree::Index statement);

/// What follows the statement on its line: white space and a comment.
[[nodiscard]] std::string_view rest_of_line(const IndexedTree& tree, IndexedTree::Index statement);

}  // namespace analysis
