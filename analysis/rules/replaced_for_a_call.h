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

/// Whether a lock is held anywhere in a part of the function: by a call or an access there, or by all its callers.
[[nodiscard]] bool is_locked_within(const ConcurrencyModel& model, FunctionId function, TextRange range);

/// The first call in a part of the function; null if there is none.
[[nodiscard]] const ir::Op* first_call_within(const FunctionSymbol& function, TextRange range);

/// Whether other code runs in a part of the function: calls, and whoever has a generator.
[[nodiscard]] bool runs_code_within(const FunctionSymbol& function, TextRange range);

/// Whether the function is a test, or of a module of tests: those replace what they test, and run one after another.
[[nodiscard]] bool is_test_code(const RuleContext& context, const FunctionSymbol& function);

}  // namespace analysis
