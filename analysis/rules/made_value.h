// What making a value twice means: rules about work done twice ask.
#pragma once

#include "analysis/semantics/symbol_table.h"

namespace analysis {

/// A constant, a display of constants, or a module: made twice it is the same again.
[[nodiscard]] bool is_repeatable(const FunctionSymbol& function, const ir::Value& value);

/// An empty container to which others add: what was put into the first is lost with it.
[[nodiscard]] bool is_empty_container(const FunctionSymbol& function, const ir::Value& value);

}  // namespace analysis
