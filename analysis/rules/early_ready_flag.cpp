// Finds flags that say "done" before the work they announce is done.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/consumed_mark.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule early_ready_flag;

namespace {

bool is_plain_flag(const Access& publish) {
  return publish.value != nullptr &&
         (publish.value->kind == ir::ValueKind::boolean || publish.value->kind == ir::ValueKind::number);
}

/// `done.add(key)`: the key's presence is the flag.
bool is_mark(const Access& publish) { return publish.kind == AccessKind::mutate && publish.key; }

bool is_read(const Access& access) { return !is_write(access.kind) && access.kind != AccessKind::test; }

/// Whether the function asks whether the cell is set before it uses it, and so does not rely on another's flag.
bool asks_for(const Trace& body, CellId cell) {
  return std::ranges::any_of(body.guards, [&](const Guard& guard) { return guard.part.cell == cell; });
}

/// A read of the cell that a thread can reach which found the flag set.
const Access* find_reader(const RuleContext& context, const Initialization& initialization, CellId cell,
                          bool anywhere) {
  const Trace& trace = *initialization.trace;
  for (std::size_t i = first_after_test(initialization); i < trace.accesses.size(); ++i) {
    const Access& access = trace.accesses[i];
    if (access.cell != cell || !is_read(access) || is_within(trace, access.context, initialization.guard->region))
      continue;
    return &access;
  }
  for (std::size_t i = 0; i < context.model.bodies.size(); ++i) {
    if (context.model.symbols.functions[i].code->kind != ir::FunctionKind::function) continue;
    // What is no flag announces nothing to those who do not ask for it first, and an object's attributes belong
    // together too loosely to say that one announces another.
    const bool is_instance = context.model.cells.cell(cell).kind == CellKind::instance_attribute;
    const std::vector<CallSite>& calls = context.model.functions[i].calls;
    const bool asks_first = std::ranges::any_of(calls, [&](const CallSite& site) { return site.callee == trace.root; });
    if (!anywhere && (!asks_first || is_instance)) continue;
    if (asks_for(context.model.bodies[i], cell)) continue;
    for (const Access& access : context.model.bodies[i].accesses) {
      if (access.cell != cell || !is_read(access)) continue;
      const bool is_in_region = std::ranges::any_of(trace.accesses, [&](const Access& mine) {
        return mine.range == access.range && is_within(trace, mine.context, initialization.guard->region);
      });
      if (!is_in_region) return &access;
    }
  }
  return nullptr;
}

/// Whether the write has a lazy initialization of its own, whose test its readers ask.
bool has_own_guard(const Trace& trace, const Access& write) {
  return std::ranges::any_of(trace.guards, [&](const Guard& guard) {
    return guard.part.cell == write.cell && is_within(trace, write.context, guard.region);
  });
}

struct LateWrite {
  const Access* write = nullptr;
  const Access* reader = nullptr;
};

/// The last write that the flag announces and that comes after it; nothing if there is none that a reader can miss.
LateWrite find_late_write(const RuleContext& context, const Initialization& initialization, bool is_flag) {
  const Trace& trace = *initialization.trace;
  const Access& publish = *initialization.publish;
  LateWrite found;
  const auto first = static_cast<std::size_t>(&publish - trace.accesses.data()) + 1;
  for (std::size_t i = first; i < trace.accesses.size(); ++i) {
    const Access& write = trace.accesses[i];
    if (!is_write(write.kind) || write.kind == AccessKind::unbind || write.cell == publish.cell) continue;
    if (!is_within(trace, write.context, initialization.guard->region) ||
        are_exclusive(trace, write.context, publish.context))
      continue;
    if (!can_race(context.model, write.cell)) continue;
    const LockSet locks = intersection(publish.locks, write.locks);
    if (!intersection(locks, initialization.guard->locks).empty() || has_own_guard(trace, write)) continue;
    if (const Access* reader = find_reader(context, initialization, write.cell, is_flag)) found = {&write, reader};
  }
  return found;
}

/// The test that a thread comes to which finds no mark, if it is not the taking itself that tells.
const Guard* test_of(const RuleContext& context, const ConsumedMark& mark) {
  const Trace& body = body_of(context.model, *mark.taken);
  const auto found = std::ranges::find_if(body.presences, [&](const Guard& guard) {
    return guard.part == CellPart{mark.removed->cell, mark.removed->key} && guard.function == mark.function &&
           guard.test.end <= mark.taken->range.begin && is_within(body, mark.taken->context, guard.region);
  });
  return found == body.presences.end() ? nullptr : &*found;
}

std::vector<Step> steps_of_mark(const RuleContext& context, const ConsumedMark& mark) {
  const CellPart part{mark.removed->cell, mark.removed->key};
  const FunctionSymbol& function = context.model.function(mark.function);
  const std::string unfinished = line_of(context, function.absolute(mark.work->range).begin);
  std::vector<Step> steps;
  if (mark.taken != mark.removed) {
    steps.push_back(make_step(context, 1, step_access(*mark.taken), mark.function, part,
                              "finds that there is work to do", mark.taken->range));
  }
  steps.push_back(make_step(context, 1, step_access(*mark.removed), mark.function, part,
                            "takes it away with " + quoted(context, mark.removed->range), mark.removed->range));
  const Guard* test = test_of(context, mark);
  steps.push_back(make_step(context, 2, test == nullptr ? step_access(*mark.taken) : StepAccess::test, mark.function,
                            part, "finds nothing to do and skips the work",
                            test == nullptr ? mark.taken->range : test->test));
  if (mark.use != nullptr) {
    steps.push_back(make_step(context, 2, step_access(*mark.use), mark.reader, {mark.use->cell, {}},
                              "uses it unprepared: thread 1 has not done " + unfinished, mark.use->range));
  } else {
    steps.push_back(make_step(context, 2, StepAccess::return_, mark.reader, part,
                              "fails: thread 1 has not done " + unfinished, function.absolute(mark.failure->range)));
  }
  return steps;
}

/// What is still to be done is kept in a cell, and taken out before it is done.
void check_marks(const RuleContext& context, std::vector<Finding>& findings) {
  for (const ConsumedMark& mark : find_consumed_marks(context)) {
    if (!mark.is_removed_early) continue;
    const std::string symbol = symbol_of(context, mark.removed->cell);
    const bool is_known = std::ranges::any_of(findings, [&](const Finding& other) {
      return other.rule == &early_ready_flag && other.symbol == symbol && other.range == mark.removed->range;
    });
    if (is_known || !is_in_module(context, mark.removed->range)) continue;
    Weight weight =
        weigh(context, mark.removed->cell, {Severity::warning, Severity::information, Severity::hint}, mark.function);
    if (!weight.is_reported) continue;
    const TextRange work = context.model.function(mark.function).absolute(mark.work->range);
    findings.push_back({.rule = &early_ready_flag,
                        .severity = weight.severity,
                        .effect = Effect::incomplete,
                        .breaks_on = BreaksOn::every_build,
                        .range = mark.removed->range,
                        .message = fmt::format("`{}` is taken away before the work it asks for is done: {} still has "
                                               "to run {}",
                                               part_name(context.model, {mark.removed->cell, mark.removed->key}),
                                               line_of(context, work.begin), quoted(context, work)),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol,
                        .interleaving = steps_of_mark(context, mark),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  check_marks(context, findings);
  for (const Initialization& initialization : context.initializations) {
    const CellPart& part = initialization.guard->part;
    const Access* publish = initialization.publish;
    if (publish == nullptr || !binds_part(*publish, part) || is_published_early(initialization)) continue;
    const bool is_flag = is_plain_flag(*publish) || is_mark(*publish);
    const std::string_view name = context.model.symbols.names.text(context.model.cells.cell(part.cell).name);
    if (is_flag && !is_ready_name(name)) continue;
    const LateWrite late = find_late_write(context, initialization, is_flag);
    if (late.write == nullptr) continue;
    const std::string symbol = symbol_of(context, part.cell);
    const bool is_known = std::ranges::any_of(findings, [&](const Finding& other) {
      return other.rule == &early_ready_flag && other.symbol == symbol && other.range == publish->range;
    });
    if (is_known) continue;
    Weight weight = weigh(context, part.cell,
                          part.key ? SeverityScale{Severity::error, Severity::information, Severity::hint}
                                   : SeverityScale{Severity::warning, Severity::information, Severity::hint},
                          publish->function);
    if (!weight.is_reported) continue;
    const std::string other = part_name(context.model, {late.write->cell, {}});
    findings.push_back(
        {.rule = &early_ready_flag,
         .severity = weight.severity,
         .effect = Effect::incomplete,
         .breaks_on = BreaksOn::every_build,
         .range = reported_range(context, *initialization.trace, *publish),
         .message = fmt::format("`{}` is set before the work it announces is done: {} still writes `{}`",
                                part_name(context.model, part), line_of(context, late.write->range.begin), other),
         .evidence = std::move(weight.evidence),
         .symbol = symbol,
         .interleaving = steps_of_early_flag(context, initialization, *late.write, *late.reader),
         .fixes = {},
         .fingerprint = 0});
  }
}

}  // namespace

const Rule early_ready_flag{
    .info =
        {.name = "early-ready-flag",
         .severity = Severity::error,
         .is_preview = false,
         .summary = "a flag says that work is done before it is done",
         .why =
             "The flag is set first and the work follows. A thread that tests the flag in between takes the "
             "work for done: it looks into tables that are still empty, or uses a cell that is still None. The "
             "flag was often set early on purpose, to keep the function from being entered twice; for that, "
             "use a second flag or a lock. A mark that says what is still to be loaded is such a flag too: taken out "
             "before the loading, it tells others that nothing is left to do. It happens on every build of "
             "CPython.",
         .bad = R"py(_ready = False
_tables = {}

def table(name):
    global _ready
    if not _ready:
        _ready = True
        for each in ("latin", "greek", "cyrillic"):
            _tables[each] = load(each)
    return _tables[name]
)py",
         .good = R"py(_ready = False
_tables = {}

def table(name):
    global _ready
    if not _ready:
        for each in ("latin", "greek", "cyrillic"):
            _tables[each] = load(each)
        _ready = True
    return _tables[name]
)py",
         .repair =
             "Moves the assignment of the flag behind the work that it announces. That changes what happens when the "
             "work raises, or calls the function again, so it is for review."},
    .check = check,
};

}  // namespace analysis
