// Finds containers that are emptied and filled again while others read them.

#include <fmt/format.h>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule clear_then_refill;

namespace {

/// The last of the writes that fill the container again; null when it is not filled in several steps or at once. One
/// element that is stored after the container was emptied is the first of a new content, no refill.
const Access* find_refill(const Trace& body, std::size_t emptied) {
  const Access& first = body.accesses[emptied];
  const Access* last = nullptr;
  int steps = 0;
  for (std::size_t i = emptied + 1; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (access.cell != first.cell || !is_within(body, access.context, first.context)) continue;
    if (access.kind == AccessKind::rebind && access.depth == 0) return last;
    if (!adds_elements(access, 0)) continue;
    const bool is_many = access.mutation == Mutation::extend || loop_within(body, access.context, first.context);
    steps += is_many ? 2 : 1;
    last = &access;
  }
  return 1 < steps ? last : nullptr;
}

const Access* find_reader(const RuleContext& context, const Access& emptied, const LockSet& held) {
  return find_rival(context, emptied.cell, emptied.function, [&](const Trace& body, const Access& access) {
    return body.root != emptied.function && is_use(access.kind) && access.kind != AccessKind::mutate &&
           are_unexcluded(context.model, access.locks, held);
  });
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  for (const Trace& body : model.bodies) {
    if (!is_of_module(context, body.root)) continue;
    for (std::size_t i = 0; i < body.accesses.size(); ++i) {
      const Access& emptied = body.accesses[i];
      if (!empties(context, emptied) || !can_race(model, emptied.cell)) continue;
      const Access* refill = find_refill(body, i);
      if (refill == nullptr || is_reported(context, clear_then_refill, emptied.cell, body.root, findings)) continue;
      if (!may_run_on_threads(model, body.root)) continue;
      const Access* reader = find_reader(context, emptied, intersection(emptied.locks, refill->locks));
      if (reader == nullptr) continue;
      Weight weight =
          weigh(context, emptied.cell, {Severity::warning, Severity::information, Severity::hint}, body.root);
      if (!weight.is_reported) continue;
      const CellPart part{emptied.cell, {}};
      std::vector<Step> steps;
      steps.push_back(make_step(context, 1, step_access(emptied), emptied.function, part, "empties it", emptied.range));
      steps.push_back(
          make_last_use(context, 2, *reader, part, "finds nothing in it, for it is filled again only later"));
      findings.push_back({.rule = &clear_then_refill,
                          .severity = weight.severity,
                          .effect = Effect::incomplete,
                          .breaks_on = BreaksOn::every_build,
                          .range = emptied.range,
                          .message = fmt::format("`{}` is empty from here until {} has filled it again, and `{}` "
                                                 "may read it meanwhile",
                                                 model.name_of(emptied.cell), line_of(context, refill->range.begin),
                                                 model.function(reader->function).qualified_name) +
                                     other_name(context, emptied),
                          .evidence = std::move(weight.evidence),
                          .symbol = symbol_of(context, emptied.cell),
                          .interleaving = std::move(steps),
                          .fixes = {},
                          .fingerprint = 0});
    }
  }
}

}  // namespace

const Rule clear_then_refill{
    .info = {.name = "clear-then-refill",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a shared container is emptied and filled again while others read it",
             .why = "Between emptying and filling, the container has nothing or only a part in it. A thread that reads "
                    "it meanwhile finds entries missing that were there before and will be there afterwards. It "
                    "happens on every build of CPython. Build the new content in a local variable and assign it: "
                    "readers see the old content or the new, never none.",
             .bad = R"py(_routes = {}

def reload(source):
    _routes.clear()
    for name, target in source.load():
        _routes[name] = target

def route(name):
    return _routes[name]
)py",
             .good = R"py(_routes = {}

def reload(source):
    global _routes
    routes = {}
    for name, target in source.load():
        routes[name] = target
    _routes = routes

def route(name):
    return _routes[name]
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
