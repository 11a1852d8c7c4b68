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

std::vector<ClassId> family_of(const SymbolTable& symbols, ClassId id) {
  std::vector<ClassId> family{id};
  for (std::uint32_t i = 0; i < symbols.classes.size(); ++i) {
    const std::vector<ClassId>& bases = symbols.classes[i].bases;
    const bool is_derived =
        std::ranges::any_of(bases, [&](ClassId base) { return std::ranges::find(family, base) != family.end(); });
    if (is_derived && ClassId{i} != id) family.push_back(ClassId{i});
  }
  return family;
}

}  // namespace analysis
