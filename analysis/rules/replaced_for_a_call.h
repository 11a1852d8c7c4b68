// Places shared by all threads whose value is replaced for the time of one call and put back.
#pragma once

#include <string>
#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

struct RuleContext;

/// `old = X`, `X = new`, and after the call `X = old`.
struct TemporaryValue {
  FunctionId function;  // of `saved` and `replaced`
  FunctionId restorer;  // the same, or `__exit__`
  const ir::Op* saved = nullptr;
  const ir::Op* replaced = nullptr;
  const ir::Op* restored = nullptr;
  std::string name = {};  // as written: `_current`, `sys.stdout`
  bool is_own = false;    // a global or class attribute of the module, not of one that it imports
};

/// Those that no lock protects, in the order of the functions. Only globals, attributes of classes and of modules.
[[nodiscard]] std::vector<TemporaryValue> find_temporary_values(const RuleContext& context);

}  // namespace analysis
