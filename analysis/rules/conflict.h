// What other threads can do to a cell between two steps of a function: what the rules about stale answers ask.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/concurrency/shared_state.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

/// Whether several threads may run the function at once: it is no module-level code, not of the import phase, and not
/// called after a fork, which leaves one thread.
[[nodiscard]] bool may_run_on_threads(const ConcurrencyModel& model, FunctionId function);

/// What the bindings of a cell make, when they agree. `is_known` is false where something binds it to an object of
/// another kind, whose methods may do anything.
struct HeldContainer {
  ContainerType type = ContainerType::none;
  bool is_known = true;
  bool makes_missing = false;  // reading a missing key gives a value: `defaultdict`
};
[[nodiscard]] HeldContainer container_in(const ConcurrencyModel& model, CellId cell);

/// Whether the function is of the module that is looked at, and not of one that it imports.
[[nodiscard]] bool is_of_module(const RuleContext& context, FunctionId function);

/// An access that another thread may make while `asker` is between two steps: in code that may run on threads, for
/// which `is_wanted` holds. One of another function rather than of `asker` itself; null if there is none. Of two
/// functions of one event loop neither interrupts the other, nor of two that only the object's own
/// thread runs. Nor does one whose lock `asker` may well hold, though it takes none itself.
[[nodiscard]] const Access* find_rival(const RuleContext& context, CellId cell, FunctionId asker,
                                       const std::function<bool(const Trace&, const Access&)>& is_wanted);

/// Whether the access takes elements out of the container at `depth` below the cell: `pop`, `clear`, `del X[k]`.
[[nodiscard]] bool removes_elements(const Access& access, std::uint32_t depth);
/// Whether it may put elements under new keys or at new places into it.
[[nodiscard]] bool adds_elements(const Access& access, std::uint32_t depth);

/// `X.clear()`, `del X[:]`, `X = {}`: what empties the container for everybody.
[[nodiscard]] bool empties(const RuleContext& context, const Access& access);

/// Whether the code at `range` lies in a `try` whose handlers catch one of these, or everything.
[[nodiscard]] bool is_caught(const ConcurrencyModel& model, FunctionId function, TextRange range,
                             std::span<const std::string_view> exceptions);

/// Which builds of CPython can switch threads between two places of a function: where no call returns and no loop turns
/// between them, only those without a global lock (reference/witness.md §0.4). What ends at `end` does not count.
[[nodiscard]] BreaksOn breaks_between(const ConcurrencyModel& model, FunctionId function, std::uint32_t begin,
                                      std::uint32_t end);
/// The same up to where an access takes effect: the right side of an assignment comes before it.
[[nodiscard]] BreaksOn breaks_until(const ConcurrencyModel& model, std::uint32_t begin, const Access& access);
/// Whether more than operations of builtin containers lies between them, so that a switch there is likely.
[[nodiscard]] bool takes_time_between(const ConcurrencyModel& model, FunctionId function, std::uint32_t begin,
                                      std::uint32_t end);

/// The access that read the old value of an update or of a changed copy: the update itself where one statement does
/// both.
[[nodiscard]] const Access& reading_of(const RuleContext& context, const Access& update);

/// The call that an access is; null if it is none.
[[nodiscard]] const ir::Call* call_of(const ConcurrencyModel& model, const Access& access);
/// The text of a positional argument; empty if there is none.
[[nodiscard]] std::string_view argument_text(const RuleContext& context, const Access& access, std::uint32_t index);

/// " (`d` here)" where the code reaches the cell of an access under another name; empty where it does not.
[[nodiscard]] std::string other_name(const RuleContext& context, const Access& access);

/// Whether an object uses its own attribute in a method that ends its use: `close`, `__exit__`.
[[nodiscard]] bool ends_object(const ConcurrencyModel& model, const Access& access);

/// Whether a finding of that rule about that cell and function is there already.
[[nodiscard]] bool is_reported(const RuleContext& context, const Rule& rule, CellId cell, FunctionId function,
                               const std::vector<Finding>& findings);

}  // namespace analysis
