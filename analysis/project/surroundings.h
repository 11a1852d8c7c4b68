// What a module's findings take from the rest of its project, in brief: where it is the same, so are the findings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/project/project_index.h"
#include "analysis/semantics/program.h"

namespace analysis {

struct Surroundings {
  /// Of the code that the module is analysed together with, what its imports mean, and who uses its names.
  std::uint64_t meaning = 0;
  /// Of where that code stands. Messages and steps name lines of it.
  std::uint64_t places = 0;
  std::vector<std::string> modules;  // whose code it is
  std::vector<std::string> asked;    // whose code decided which it is: `modules` and others, sorted
  friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

/// `program` is what `link` made of `module` in `project`.
[[nodiscard]] Surroundings surroundings_of(const Program& program, const ProjectModule& module,
                                           const ProjectIndex& project);

}  // namespace analysis
