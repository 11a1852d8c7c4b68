// How classes derive from each other, as far as the program shows it.
#pragma once

#include <vector>

#include "analysis/semantics/symbol_table.h"

namespace analysis {

/// The class itself, then all that it derives from, each once.
[[nodiscard]] std::vector<ClassId> line_of_descent(const SymbolTable& symbols, ClassId id);
/// The class itself, then all that derive from it, in the order of the program: whose objects may run its methods.
[[nodiscard]] std::vector<ClassId> family_of(const SymbolTable& symbols, ClassId id);

}  // namespace analysis
