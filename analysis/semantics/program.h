// What is bound together: the statements of one module, and those of other modules that it cannot be understood
// without.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/semantics/added_knowledge.h"
#include "analysis/semantics/ir.h"

namespace analysis {

/// The texts of its modules stand one behind the other in one range of offsets, so that a range tells its module.
struct Program {
  struct Module {
    std::string name;         // dotted
    std::uint32_t begin = 0;  // where its text begins; 0 for the first
    // What the names mean that it imports from modules of the program: `module:member`, and `module:` for a module
    // itself; without the module's name where that is the first.
    std::map<std::string, std::string, std::less<>> imports;
  };
  std::vector<Module> modules;                       // first the one that is asked about
  std::vector<ir::PlacedStatement> statements;       // in the program's range of offsets
  std::vector<std::uint32_t> modules_of_statements;  // indices into `modules`
  /// The other modules whose code was looked at, whether or not it is needed: with other code there, the program may be
  /// another one. Sorted.
  std::vector<std::string> asked = {};
  AddedKnowledge added = {};
};

/// The program of a module alone.
[[nodiscard]] inline Program program_of(const std::vector<ir::PlacedStatement>& statements) {
  return {.modules = {Program::Module{}},
          .statements = statements,
          .modules_of_statements = std::vector<std::uint32_t>(statements.size(), 0)};
}

}  // namespace analysis
