// How a finding's interleaving can be performed in CPython: what each thread calls, and where it is at each step.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

/// What one thread runs: Python for which `m` is the module of the plan.
struct ThreadCall {
  int thread = 1;       // counted from 1
  std::string code;     // an expression; has `...` where something is not known
  std::string missing;  // what has to be filled in, half a sentence: "the arguments of `load`"; empty: nothing
};

/// Where a thread is at a step, in words that stay true when lines move.
struct ReplayStep {
  int thread = 1;
  std::string module;    // qualified name
  std::string function;  // qualified within its module; `<module>` at module level
  std::string line;      // the source line, without indentation and line ending
  int nth = 1;           // which of the function's lines that read so, counted from 1
  int hit = 1;           // the how-many-th time that the thread comes there, counted from 1
  StepAccess access = StepAccess::read;
  std::string name;  // of the cell, as messages call it
  std::string text;  // what the thread does there, without subject
};

struct ProofPlan {
  std::string module;  // the one whose functions are called, qualified name: the finding's, or one that uses it
  bool is_module_enough = true;  // executing this module anew makes anew what the finding is about
  std::string setup;             // Python statements that run before the threads start, `m` is the module; empty: none
  std::vector<ThreadCall> calls;
  std::vector<ReplayStep> steps;
};

/// The plan for a finding of the context's module. Without calls when its steps are not about threads.
[[nodiscard]] ProofPlan plan_proof(const RuleContext& context, const Finding& finding);

}  // namespace analysis
