// What belongs to one call of a function: its arguments, and what it computes of them.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/semantics/symbol_table.h"

namespace analysis {

/// The function's own names that hold arguments (the receiver left out) or values computed of them; in the order in
/// which they appear. Views of the statement's facts.
[[nodiscard]] std::vector<std::string_view> names_from_arguments(const FunctionSymbol& function);

/// `names`, and the function's own names that hold values computed of what they hold.
[[nodiscard]] std::vector<std::string_view> names_computed_of(const FunctionSymbol& function,
                                                              std::vector<std::string_view> names);

/// Whether a value is computed of what one of the names holds.
[[nodiscard]] bool is_computed_of(const FunctionSymbol& function, const ir::Value& value,
                                  const std::vector<std::string_view>& names);

}  // namespace analysis
