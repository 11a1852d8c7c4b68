// Finds work that is done from time to time, and that two threads may find due at once.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule duplicate_due_work;

namespace {

/// Names of attributes that say when something was done last, or is to be done next.
bool is_about_time(std::string_view name) {
  static constexpr std::array<std::string_view, 10> words{"last",  "next",     "time",    "expir",   "since",
                                                          "stamp", "deadline", "updated", "refresh", "mtime"};
  return std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

bool is_comparison(std::string_view condition) { return condition.find_first_of("<>") != std::string_view::npos; }

/// Whether the body of a branch ends in a way out.
bool leaves(const ir::Function& code, std::uint32_t branch) {
  std::uint32_t last = branch;
  for (std::uint32_t i = branch + 1; i < code.ops[branch].end; ++i) {
    if (code.ops[i].kind == ir::OpKind::otherwise && code.ops[i].end == code.ops[branch].end) return false;
    last = i;
  }
  return code.ops[last].kind == ir::OpKind::return_ || code.ops[last].kind == ir::OpKind::continue_;
}

/// The look at the clock by which a function decides whether to do what ends with `set`; null if there is none.
const Access* decision_before(const RuleContext& context, const Trace& body, const Access& set) {
  const FunctionSymbol& function = context.model.function(set.function);
  const std::vector<ir::Op>& ops = function.code->ops;
  for (std::uint32_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind != ir::OpKind::branch || ops[i].is_expression) continue;
    const TextRange condition = function.absolute(ops[i].range);
    if (set.range.begin < condition.end || !is_comparison(text_of(context, condition))) continue;
    const bool is_inside = function.absolute(ops[i].block).contains(set.range);
    if (!is_inside && (!leaves(*function.code, i) || function.absolute(ops[i].block).end > set.range.begin)) continue;
    const auto look = std::ranges::find_if(body.accesses, [&](const Access& access) {
      return access.cell == set.cell && access.depth == 0 && !is_write(access.kind) && condition.contains(access.range);
    });
    if (look != body.accesses.end()) return &*look;
  }
  return nullptr;
}

void examine(const RuleContext& context, const Trace& body, const Access& set, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  if (set.kind != AccessKind::rebind || set.depth != 0 || set.value == nullptr || is_constant(*set.value)) return;
  if (!is_about_time(model.symbols.names.text(model.cells.cell(set.cell).name)) || !can_race(model, set.cell)) return;
  const Access* look = decision_before(context, body, set);
  if (look == nullptr || !may_run_on_threads(model, body.root)) return;
  if (!takes_time_between(model, set.function, look->range.end, set.range.begin)) return;
  if (is_reported(context, duplicate_due_work, set.cell, set.function, findings)) return;
  const LockSet held = intersection(look->locks, set.locks);
  const Access* rival = find_rival(context, set.cell, set.function, [&](const Trace&, const Access& access) {
    return &access == &set && are_unexcluded(model, held, access.locks);
  });
  if (rival == nullptr || !held.empty()) return;
  Weight weight = weigh(context, set.cell, {Severity::information, Severity::information, Severity::hint}, body.root);
  if (!weight.is_reported) return;
  const CellPart part{set.cell, {}};
  const auto step = [&](int thread, StepAccess access, std::string text, TextRange range) {
    return make_step(context, thread, access, set.function, part, std::move(text), range);
  };
  findings.push_back({.rule = &duplicate_due_work,
                      .severity = weight.severity,
                      .effect = Effect::duplicate_work,
                      .breaks_on = BreaksOn::every_build,
                      .range = set.range,
                      .message = fmt::format("`{}` is set only when the work is done: a second thread that asks {} "
                                             "meanwhile does the same work at the same time",
                                             model.name_of(set.cell), line_of(context, look->range.begin)),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, set.cell),
                      .interleaving = {step(1, StepAccess::test, "finds the work due", look->range),
                                       step(2, StepAccess::test, "finds it due, too", look->range),
                                       step(1, StepAccess::write, "has done it", set.range),
                                       step(2, StepAccess::write, "has done it once more", set.range)},
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (const Access& access : body.accesses) examine(context, body, access, findings);
  }
}

}  // namespace

const Rule duplicate_due_work{
    .info = {.name = "duplicate-due-work",
             .severity = Severity::information,
             .is_preview = false,
             .summary = "two threads may both find periodic work due, and both do it",
             .why = "The time of the last turn is compared, the work done, and the new time stored at the end. All "
                    "threads that compare meanwhile find the work due and do it, too: what one cleans up is gone when "
                    "the other comes to it. It happens on every build of CPython. Store the time before the work, and "
                    "hold a lock from the comparison to there.",
             .bad = R"py(import time

_last_cleaning = 0.0

def clean(sessions):
    global _last_cleaning
    now = time.time()
    if _last_cleaning + 60 < now:
        sessions.remove_expired()
        _last_cleaning = now
)py",
             .good = R"py(import threading
import time

_lock = threading.Lock()
_last_cleaning = 0.0

def clean(sessions):
    global _last_cleaning
    now = time.time()
    with _lock:
        if now <= _last_cleaning + 60:
            return
        _last_cleaning = now
    sessions.remove_expired()
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
