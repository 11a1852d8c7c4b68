// Finds locks that stay locked when the code that holds them raises.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/lock_release.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule acquire_without_finally;

namespace {

/// `Class.lock` for `self.lock`; other locks as they are written.
std::string qualified(const RuleContext& context, const UnsafeHold& hold) {
  const FunctionSymbol& symbol = context.model.function(hold.function);
  const std::size_t dot = hold.lock.find('.');
  const Name root = context.model.symbols.names.find(hold.lock.substr(0, dot));
  if (dot == std::string::npos || !root) return hold.lock;
  const ReceiverOf receiver = receiver_of(context.model.symbols, look_up(context.model.symbols, hold.function, root));
  if (!receiver.class_id || symbol.code->kind != ir::FunctionKind::function) return hold.lock;
  return context.model.symbols.class_of(receiver.class_id).name + hold.lock.substr(dot);
}

std::string message(const RuleContext& context, const UnsafeHold& hold, TextRange leaves) {
  const std::string line = line_of(context, leaves.begin);
  switch (hold.leaves->kind) {
    case ir::OpKind::return_:
      return fmt::format("`{}` is still locked when {} returns", hold.lock, line);
    case ir::OpKind::yield:
      return fmt::format("if what runs at the `yield` of {} raises, `{}` stays locked for ever", line, hold.lock);
    default:
      return fmt::format("if {} raises, `{}` stays locked for ever", line, hold.lock);
  }
}

std::string_view leaving(const UnsafeHold& hold) {
  switch (hold.leaves->kind) {
    case ir::OpKind::return_:
      return "returns without releasing it";
    case ir::OpKind::yield:
      return "hands over to a block that raises: nothing after the `yield` runs";
    default:
      return "raises: the `release()` below does not run";
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionId function{i};
    const FunctionSymbol& symbol = context.model.function(function);
    if (symbol.code->kind != ir::FunctionKind::function || !is_in_module(context, symbol.absolute(symbol.code->range)))
      continue;
    const std::vector<UnsafeHold> holds = find_unsafe_holds(context, function);
    if (holds.empty() || phase_of(context.model, function) != Phase::run) continue;
    for (const UnsafeHold& hold : holds) {
      const TextRange acquire = symbol.absolute(hold.acquire->range);
      const TextRange leaves = symbol.absolute(hold.leaves->range);
      findings.push_back(
          {.rule = &acquire_without_finally,
           .severity = Severity::warning,
           .effect = Effect::deadlock,
           .breaks_on = symbol.code->is_async ? BreaksOn::await : BreaksOn::every_build,
           .range = acquire,
           .message = message(context, hold, leaves),
           .evidence = fmt::format("`{}` is a lock: other threads wait for it", hold.lock),
           .symbol = context.module_name + "." + qualified(context, hold),
           .interleaving = {make_step(context, 1, StepAccess::acquire, function, hold.lock, "takes the lock", acquire),
                            make_step(context, 1, StepAccess::call, function, called_name(context, leaves),
                                      std::string(leaving(hold)), leaves),
                            make_step(context, 2, StepAccess::acquire, function, hold.lock,
                                      "waits for a lock that nobody will release", acquire)},
           .fixes = {},
           .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule acquire_without_finally{
    .info = {.name = "acquire-without-finally",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a lock stays locked when the code that holds it raises",
             .why = "`acquire()` and `release()` stand in one block, and what stands between them can raise, or "
                    "returns early. Then `release()` does not run, and every thread that asks for the lock from then "
                    "on waits for ever. Write `with lock:`, or put `release()` into the `finally` of a `try` that "
                    "follows `acquire()` at once.",
             .bad = R"py(import threading

_lock = threading.Lock()

def save(record):
    _lock.acquire()
    write(record)
    _lock.release()
)py",
             .good = R"py(import threading

_lock = threading.Lock()

def save(record):
    with _lock:
        write(record)
)py",
             .repair = "Rewrites the code as `with lock:`; releases before a way out go. It is not offered where the "
                       "code goes on after it has released the lock. It is for review: the lock must be one that "
                       "`with` can hold, as those of `threading` are."},
    .check = check,
};

}  // namespace analysis
