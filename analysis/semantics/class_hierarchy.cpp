#include "analysis/semantics/class_hierarchy.h"

#include <algorithm>

namespace analysis {

std::vector<ClassId> related_classes(const SymbolTable& symbols, ClassId id,
                                     std::vector<ClassId> ClassSymbol::*relation) {
  std::vector<ClassId> found{id};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const ClassId next : symbols.class_of(found[i]).*relation) {
      if (std::ranges::find(found, next) == found.end()) found.push_back(next);
    }
  }
  return found;
}

std::vector<ClassId> family_of(const SymbolTable& symbols, ClassId id) {
  std::vector<ClassId> family = related_classes(symbols, id, &ClassSymbol::derived);
  std::sort(family.begin() + 1, family.end());
  return family;
}

}  // namespace analysis
