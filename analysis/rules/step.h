// The steps of interleavings, from the accesses that they show.
#pragma once

#include <optional>
#include <string>

#include "analysis/concurrency/access.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

/// The word for what an access does.
[[nodiscard]] StepAccess step_access(const Access& access);

/// A step in this module. `thread` counts from 1; `text` is what the thread does, without its subject: "finds it
/// empty".
[[nodiscard]] Step make_step(const RuleContext& context, int thread, StepAccess access, FunctionId function,
                             const CellPart& part, std::string text, TextRange range);
/// The same for what is no cell of the model, under the name that messages give it.
[[nodiscard]] Step make_step(const RuleContext& context, int thread, StepAccess access, FunctionId function,
                             std::string name, std::string text, TextRange range);

/// The first thing that a function does and that a step can name: who has done it is inside. Nothing if there is none.
[[nodiscard]] std::optional<Step> make_entry(const RuleContext& context, int thread, FunctionId function,
                                             std::string text);

/// The step that sees what a thread found: the return of a statement that returns what it computes from the access and
/// cannot fail before, else the access itself.
[[nodiscard]] Step make_last_use(const RuleContext& context, int thread, const Access& use, const CellPart& part,
                                 std::string text);

/// The step in which a thread lets go of the lock that it held in the code at `held` and not all the way to `later`:
/// the end of a `with`, a call of `release` or of `wait`. Nothing where the text shows none.
[[nodiscard]] std::optional<Step> make_release(const RuleContext& context, int thread, FunctionId function,
                                               TextRange held, TextRange later);

/// The first call that a comprehension or generator expression in the code at a range makes for each element. Nothing
/// if there is none. `range` and the result are absolute.
[[nodiscard]] std::optional<TextRange> call_for_element(const FunctionSymbol& function, TextRange range);

/// How the code at a range writes what it calls, for a step that is about the call: `self._thread.start`. The range's
/// text up to a bracket, whatever it is.
[[nodiscard]] std::string called_name(const RuleContext& context, TextRange range);

}  // namespace analysis
