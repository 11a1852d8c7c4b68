// What making a value twice means: rules about work done twice ask.
#pragma once

#include <string_view>

#include "analysis/semantics/symbol_table.h"

namespace analysis {

/// A constant, a display of constants, or a module: made twice it is the same again.
[[nodiscard]] bool is_repeatable(const FunctionSymbol& function, const ir::Value& value);

/// An empty container to which others add: what was put into the first is lost with it.
[[nodiscard]] bool is_empty_container(const FunctionSymbol& function, const ir::Value& value);

/// The last name of what makes a value, also where a local variable holds it, by its last binding:
/// `NamedTemporaryFile` for `f` after `f = NamedTemporaryFile()`. Empty when it is no call.
[[nodiscard]] std::string_view maker_behind(const SymbolTable& symbols, const FunctionSymbol& function,
                                            const ir::Value& value);

}  // namespace analysis
