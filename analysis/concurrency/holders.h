// Who keeps and who makes objects of a class.
#pragma once

#include <vector>

#include "analysis/concurrency/cell.h"
#include "analysis/concurrency/trace.h"

namespace analysis {

/// Each list by class.
struct Holders {
  std::vector<std::vector<CellId>> attributes;  // of the class, and of its objects
  std::vector<std::vector<CellId>> keepers;     // attributes, also of itself, that are bound to a new object of it
  std::vector<std::vector<Name>> globals;       // in which there is one object of it
  std::vector<std::vector<FunctionId>> makers;  // functions that make an object of it
};

/// Attributes in the order in which the text first binds them, the others in the order of globals and functions.
[[nodiscard]] Holders find_holders(const SymbolTable& symbols, const CellTable& cells,
                                   const std::vector<FunctionFacts>& functions);

}  // namespace analysis
