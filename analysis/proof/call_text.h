// A call of a function, as a test would write it.
#pragma once

#include <string>

#include "analysis/rules/rule_context.h"

namespace analysis {

struct CallText {
  std::string module;   // qualified name, of what `m` is
  std::string setup;    // makes the object whose method is called, as `shared`; empty when it is there already
  std::string code;     // an expression; has `...` where something is not known
  std::string missing;  // what is not known, half a sentence; empty: nothing
};

/// Arguments are those of a call that the project makes with literals alone; a method is called on an object in a
/// global, else on one that is made for it. The module is that of the object, else that of the function.
[[nodiscard]] CallText call_text(const RuleContext& context, FunctionId function);

}  // namespace analysis
