// How classes derive from each other, as far as the program shows it.
#pragma once

#include <vector>

#include "analysis/semantics/symbol_table.h"

namespace analysis {

/// The class and all that `relation` (its bases, what derives from it) leads to, each once, the nearest first.
[[nodiscard]] std::vector<ClassId> related_classes(const SymbolTable& symbols, ClassId id,
                                                   std::vector<ClassId> ClassSymbol::*relation);
/// The class itself, then all that derive from it, in the order of the program: whose objects may run its methods.
[[nodiscard]] std::vector<ClassId> family_of(const SymbolTable& symbols, ClassId id);

}  // namespace analysis
