#include "analysis/semantics/class_hierarchy.h"

#include <algorithm>

namespace analysis {

std::vector<ClassId> line_of_descent(const SymbolTable& symbols, ClassId id) {
  std::vector<ClassId> found{id};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const ClassId base : symbols.class_of(found[i]).bases) {
      if (std::ranges::find(found, base) == found.end()) found.push_back(base);
    }
  }
  return found;
}

}  // namespace analysis
