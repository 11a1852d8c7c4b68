#include "analysis/semantics/class_hierarchy.h"

#include <algorithm>

namespace analysis {

namespace {

/// The class and all that the relation leads to from it, each once.
std::vector<ClassId> closure(const SymbolTable& symbols, ClassId id, std::vector<ClassId> ClassSymbol::*relation) {
  std::vector<ClassId> found{id};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const ClassId next : symbols.class_of(found[i]).*relation) {
      if (std::ranges::find(found, next) == found.end()) found.push_back(next);
    }
  }
  return found;
}

}  // namespace

std::vector<ClassId> line_of_descent(const SymbolTable& symbols, ClassId id) {
  return closure(symbols, id, &ClassSymbol::bases);
}

std::vector<ClassId> family_of(const SymbolTable& symbols, ClassId id) {
  std::vector<ClassId> family = closure(symbols, id, &ClassSymbol::derived);
  std::sort(family.begin() + 1, family.end());
  return family;
}

}  // namespace analysis
