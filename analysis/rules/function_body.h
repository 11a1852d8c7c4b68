// The parts of a function definition that repairs touch: docstring, first line, parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/syntax/indexed_tree.h"
#include "analysis/text/text_edit.h"

namespace analysis {

/// The name of a function or class definition; empty when it has none.
[[nodiscard]] std::string_view name_of(const IndexedTree& tree, IndexedTree::Index definition);

/// The statements of the body after the docstring and leading `global` and `nonlocal` statements.
[[nodiscard]] std::vector<IndexedTree::Index> working_statements(const IndexedTree& tree, IndexedTree::Index function);

/// The name of the first parameter: `self` of a method. Empty when there is none.
[[nodiscard]] std::string_view first_parameter(const IndexedTree& tree, IndexedTree::Index function);

/// The class in whose body the function is defined, decorated or not; `none` for others.
[[nodiscard]] IndexedTree::Index class_of_method(const IndexedTree& tree, IndexedTree::Index function);

/// One level of indentation as the function uses it.
[[nodiscard]] std::string indentation_step_of(const IndexedTree& tree, IndexedTree::Index function);

/// Puts `lines` where the body begins, after the docstring. A line may begin with a tab for each deeper level. Nothing
/// when the body stands on the line of `def`.
[[nodiscard]] std::optional<TextEdit> lines_at_body_start(const IndexedTree& tree, IndexedTree::Index function,
                                                          const std::vector<std::string>& lines);

}  // namespace analysis
