// Who calls whom in a module: what leads to the functions that write a shared cell.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/rule_context.h"

namespace analysis {

/// A function, or with an empty name the module-level code, of a module.
struct CodeUnit {
  std::string module;    // empty: the one that is reviewed
  std::string function;  // qualified within the module
  friend auto operator<=>(const CodeUnit&, const CodeUnit&) = default;
};

struct ReviewedFunction {
  CodeUnit unit;
  bool is_method = false;
  TextRange range;  // from `def` to the end of its body
  TextRange name_range;
};

struct ReviewedCall {
  CodeUnit caller;
  CodeUnit callee;
  TextRange range;  // in the caller's module
};

struct CallGraph {
  std::vector<ReviewedFunction> functions;  // lambdas left out; in the order of the program
  std::vector<ReviewedCall> calls;          // of functions of the program, in the order of their callers
};

[[nodiscard]] CallGraph call_graph_of(const RuleContext& context);

}  // namespace analysis
