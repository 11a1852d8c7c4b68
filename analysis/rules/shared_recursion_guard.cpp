// Finds marks of what is being worked on that are meant for one call and seen by all threads.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule shared_recursion_guard;

namespace {

/// A key that is put into a container before some work and taken out after it, where who finds it there does no work.
struct WorkMark {
  const Guard* test = nullptr;
  const Access* set = nullptr;
  const Access* taken = nullptr;
  std::string_view key;  // as it is written
};

/// Whether an access puts, or takes out, the element with that key.
bool is_about(const RuleContext& context, const Access& access, std::string_view key) {
  if (access.kind == AccessKind::mutate) return argument_text(context, access, 0) == key;
  return text_of(context, access.range).find(fmt::format("[{}]", key)) != std::string_view::npos;
}

bool sets_mark(const RuleContext& context, const Access& access, std::string_view key) {
  const bool is_add = access.kind == AccessKind::mutate
                          ? access.depth == 0 && access.mutation == Mutation::add &&
                                context.model.symbols.names.text(access.method) != "setdefault"
                          : access.kind == AccessKind::item_write && access.depth == 1 && !access.is_update;
  return is_add && is_about(context, access, key);
}

WorkMark mark_of(const RuleContext& context, const Trace& body, const Guard& test) {
  const std::string_view key = context.model.symbols.names.text(test.part.key);
  const Access* set = nullptr;
  for (std::size_t i = test.first_access; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (access.cell != test.part.cell || !is_write(access.kind)) continue;
    if (set == nullptr) {
      if (!sets_mark(context, access, key)) return {};
      // What runs only when the mark is there sets none.
      const bool is_found = std::ranges::any_of(body.presences, [&](const Guard& guard) {
        return guard.part == test.part && is_within(body, access.context, guard.region);
      });
      if (is_found) return {};
      set = &access;
      continue;
    }
    if (!removes_elements(access, 0) || !is_about(context, access, key)) continue;
    if (!is_within(body, set->context, access.context)) continue;
    const bool has_work = takes_time_between(context.model, set->function, set->range.end, access.range.begin);
    return has_work ? WorkMark{&test, set, &access, key} : WorkMark{};
  }
  return {};
}

/// Whether taking the mark out fails when another thread has done so.
bool raises_when_gone(const RuleContext& context, const Access& taken) {
  if (taken.kind == AccessKind::item_delete) return true;
  const std::string_view method = context.model.symbols.names.text(taken.method);
  return method == "remove" || (method == "pop" && argument_text(context, taken, 1).empty());
}

void report(const RuleContext& context, const WorkMark& mark, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  const Access& set = *mark.set;
  if (is_reported(context, shared_recursion_guard, set.cell, set.function, findings)) return;
  if (!may_run_on_threads(model, set.function)) return;
  const bool is_identity = mark.key.starts_with("id(");
  const bool is_raising = raises_when_gone(context, *mark.taken);
  const Severity certain = is_identity || is_raising ? Severity::warning : Severity::information;
  Weight weight = weigh(context, set.cell, {certain, Severity::information, Severity::hint}, set.function);
  if (!weight.is_reported) return;
  const CellPart part{set.cell, {}};
  const auto step = [&](int thread, StepAccess access, std::string text, TextRange range) {
    return make_step(context, thread, access, set.function, part, std::move(text), range);
  };
  std::vector<Step> steps;
  std::string harm;
  if (is_identity) {
    harm = "a thread that comes with the same object meanwhile takes it for a recursion of its own";
    steps = {step(1, StepAccess::item_write, "marks it and goes on to work", set.range),
             step(2, StepAccess::test, "finds it marked, and does not work on it", mark.test->test)};
  } else {
    const std::string loss = is_raising ? "raises `KeyError`, for the mark is gone" : "has worked without a mark";
    harm = fmt::format("two threads may both find `{}` unmarked, and the second to end {}", mark.key, loss);
    steps = {step(1, StepAccess::test, "finds it unmarked", mark.test->test),
             step(2, StepAccess::test, "finds it unmarked, too", mark.test->test),
             step(1, StepAccess::item_write, "marks it", set.range),
             step(2, StepAccess::item_write, "marks it again", set.range),
             step(1, step_access(*mark.taken), "takes the mark away", mark.taken->range),
             step(2, step_access(*mark.taken), loss, mark.taken->range)};
  }
  findings.push_back({.rule = &shared_recursion_guard,
                      .severity = weight.severity,
                      .effect = is_identity  ? Effect::stale_decision
                                : is_raising ? Effect::exception
                                             : Effect::duplicate_work,
                      .breaks_on = BreaksOn::every_build,
                      .range = set.range,
                      .message = fmt::format("`{}` marks `{}` for all threads until {}: {}", model.name_of(set.cell),
                                             mark.key, line_of(context, mark.taken->range.begin), harm),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol_of(context, set.cell),
                      .interleaving = std::move(steps),
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Trace& body : context.model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    const auto examine = [&](const Guard& test) {
      if (test.kind != ir::TestKind::contains || !test.locks.empty() || !can_race(context.model, test.part.cell))
        return;
      if (const WorkMark mark = mark_of(context, body, test); mark.set != nullptr) report(context, mark, findings);
    };
    std::ranges::for_each(body.guards, examine);
    std::ranges::for_each(body.presences, examine);
  }
}

}  // namespace

const Rule shared_recursion_guard{
    .info = {.name = "shared-recursion-guard",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "what one call is working on is marked in a container that all threads look at",
             .why = "A function that may come back to the object it is working on puts it into a set, and takes it out "
                    "when the work is done. The set tells recursion only if it belongs to one thread: another thread "
                    "that comes with the same object finds it marked, and treats it as a cycle that is none. And where "
                    "two threads look before either has marked it, both work, and the second to end finds no mark to "
                    "take away. It happens on every build of CPython. Keep the set in a `ContextVar` or a "
                    "`threading.local()`, pass it as an argument, or make the thread part of the key.",
             .bad = R"py(_seen = set()

def describe(node):
    if id(node) in _seen:
        return "..."
    _seen.add(id(node))
    try:
        return [describe(child) for child in node.children]
    finally:
        _seen.discard(id(node))
)py",
             .good = R"py(def describe(node, seen=frozenset()):
    if id(node) in seen:
        return "..."
    seen = seen | {id(node)}
    return [describe(child, seen) for child in node.children]
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
