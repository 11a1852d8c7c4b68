// Objects that are made once and serve many calls.
#pragma once

#include "analysis/rules/rule_context.h"

namespace analysis {

/// Why we believe that the object whose method runs serves several calls at once, and how sure that is: a hint where
/// only the name of its class speaks for it.
struct KeptObject {
  bool is_possible = false;   // false: nothing speaks for it
  bool is_framework = false;  // a framework is known to call this method, or one that calls it, of a shared object
  Severity severity = Severity::information;
  std::string evidence;
};

/// `cell` is an attribute that the method writes.
[[nodiscard]] KeptObject kept_object_of(const RuleContext& context, CellId cell, FunctionId method);

}  // namespace analysis
