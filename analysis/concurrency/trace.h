// Walks the code of a function in the order of execution, into the functions it calls, and records what it does with
// cells.
#pragma once

#include <vector>

#include "analysis/concurrency/access.h"
#include "analysis/concurrency/effect_summary.h"

namespace analysis {

/// All that the tracer may look at. The tables grow while places are resolved; one thread.
struct TraceTables {
  const SymbolTable& symbols;
  CellTable& cells;
  LockTable& locks;
  std::vector<FunctionFacts>& functions;
};

/// Without following calls; adds to `functions` the calls of `root` and what is used as a value in it.
[[nodiscard]] Trace trace_body(TraceTables& tables, FunctionId root);

/// Follows calls within the module, at most four deep and at most 1,500 accesses (reference/accuracy.md, "Cost"),
/// wherever the callee touches cells at all. A parameter that receives a cell is that cell in the callee, and a branch
/// that the constant None or a value other than None rules out is not taken.
[[nodiscard]] Trace trace_with_calls(TraceTables& tables, FunctionId root);

/// The same, and what the functions do that a callee defines, as if they ran where they are defined: with whatever was
/// passed to the callee, which they keep.
[[nodiscard]] Trace trace_with_closures(TraceTables& tables, FunctionId root);

}  // namespace analysis
