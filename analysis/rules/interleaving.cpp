// The steps of the interleavings that the rules about initialization report.

#include <algorithm>
#include <optional>

#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {
namespace {

/// How much a use shows of the harm: what is returned or iterated shows more than a mere read.
int weight_of(const Access& access) {
  if (access.kind == AccessKind::give_back) return 3;
  if (access.kind == AccessKind::iterate) return 2;
  return access.kind == AccessKind::test ? 0 : 1;
}

/// Whether the access is one of the initialization's own, which the thread that passes the test skips.
bool is_skipped(const Initialization& initialization, const Access& access) {
  const Trace& trace = *initialization.trace;
  return std::ranges::any_of(trace.accesses, [&](const Access& mine) {
    return mine.range == access.range && is_within(trace, mine.context, initialization.guard->region);
  });
}

/// The most telling use of the part in a function, from the access `first` on; null if there is none.
const Access* most_telling_use(const Initialization& initialization, const Trace& body, std::size_t first) {
  const auto is_in_test = [&](const Access& access) {
    return std::ranges::any_of(body.guards, [&](const Guard& guard) { return guard.test.contains(access.range); });
  };
  const Access* best = nullptr;
  for (std::size_t i = first; i < body.accesses.size(); ++i) {
    const Access& access = body.accesses[i];
    if (!is_use(access.kind) || !concerns(access, initialization.guard->part)) continue;
    if (is_skipped(initialization, access) || is_in_test(access)) continue;
    if (best == nullptr || weight_of(*best) < weight_of(access)) best = &access;
  }
  return best;
}

/// The functions that this one may call without `skipped`, itself first.
std::vector<FunctionId> reachable_from(const ConcurrencyModel& model, FunctionId first, FunctionId skipped) {
  std::vector<FunctionId> found{first};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const CallSite& site : model.functions[found[i].index].calls) {
      if (!site.callee || site.callee == skipped) continue;
      if (std::ranges::find(found, site.callee) == found.end()) found.push_back(site.callee);
    }
  }
  return found;
}

/// What a thread that passed the test does with the part: in the function that tests or in those that it calls, else
/// in one that calls it, else anywhere.
const Access* find_use(const RuleContext& context, const Initialization& initialization) {
  const ConcurrencyModel& model = context.model;
  const FunctionId tester = initialization.observer->function;
  if (tester == initialization.trace->root) {
    const Access* use = most_telling_use(initialization, *initialization.trace, first_after_test(initialization));
    if (use != nullptr) return use;
  } else {
    for (const FunctionId function : reachable_from(model, tester, initialization.trace->root)) {
      const Access* use = most_telling_use(initialization, model.bodies[function.index], 0);
      if (use != nullptr) return use;
    }
  }
  const Access* elsewhere = nullptr;
  for (std::size_t i = 0; i < model.bodies.size(); ++i) {
    if (model.symbols.functions[i].code->kind != ir::FunctionKind::function) continue;
    const Access* use = most_telling_use(initialization, model.bodies[i], 0);
    if (use == nullptr) continue;
    if (std::ranges::any_of(model.functions[i].calls, [&](const CallSite& site) { return site.callee == tester; }))
      return use;
    if (elsewhere == nullptr || weight_of(*elsewhere) < weight_of(*use)) elsewhere = use;
  }
  return elsewhere;
}

std::string finds_set(const Guard& guard) {
  switch (guard.kind) {
    case ir::TestKind::none:
      return "finds it is not `None` and skips the initialization";
    case ir::TestKind::truth:
    case ir::TestKind::length:
    case ir::TestKind::empty:
      return "finds it not empty and skips the initialization";
    default:
      return "finds it there and skips the initialization";
  }
}

/// Which builds can switch threads while the published object is incomplete.
BreaksOn breaks_while_incomplete(const RuleContext& context, const Initialization& initialization) {
  const Access& publish = *initialization.publish;
  const TextRange last = last_write(initialization);
  // `X.append(x)` and loops are places to switch themselves; another function is entered by a call.
  const bool is_call = publish.kind == AccessKind::mutate || initialization.is_filled_in_loop;
  const TextRange function =
      context.model.function(publish.function).absolute(context.model.function(publish.function).code->range);
  if (context.model.function(publish.function).code->is_async) return BreaksOn::await;
  if (is_call || !function.contains(last)) return BreaksOn::every_build;
  return breaks_between(context.model, publish.function, publish.range.end, last.end + 1);
}

/// What the thread that published does with the part next, behind the initialization; null if nothing, and where it
/// deletes something before, without which the other thread does not come that far.
const Access* next_use(const ConcurrencyModel& model, const Initialization& initialization, const Access& publish) {
  const Trace& trace = *initialization.trace;
  const auto begin = trace.accesses.begin() + (&publish - trace.accesses.data());
  const auto found = std::find_if(begin, trace.accesses.end(), [&](const Access& access) {
    return concerns(access, initialization.guard->part) && access.kind != AccessKind::test &&
           publish.range.end <= access.range.begin && access.function == initialization.guard->function &&
           !is_within(trace, access.context, initialization.guard->region);
  });
  if (found == trace.accesses.end()) return nullptr;
  const FunctionSymbol& function = model.function(found->function);
  const bool removes = std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    return op.kind == ir::OpKind::remove &&
           TextRange{publish.range.end, found->range.begin}.contains(function.absolute(op.range));
  });
  return removes ? nullptr : &*found;
}

/// By what thread 1 makes the test pass that thread 2 is about to do.
void add_publication(const RuleContext& context, const Initialization& initialization, std::vector<Step>& steps) {
  const Access& publish = *initialization.publish;
  const CellPart& part = initialization.guard->part;
  const std::string text = "publishes it with " + quoted(context, publish.range);
  const std::optional<TextRange> call = publish.is_stepwise
                                            ? call_for_element(context.model.function(publish.function), publish.range)
                                            : std::optional<TextRange>();
  if (!call) {
    steps.push_back(make_step(context, 1, step_access(publish), publish.function, part, text, publish.range));
    return;
  }
  const std::string name = called_name(context, *call);
  steps.push_back(make_step(context, 1, StepAccess::call, publish.function, name, "makes the first element", *call));
  steps.push_back(
      make_step(context, 1, StepAccess::call, publish.function, name, text + ", and makes the next element", *call));
}

/// `not A or not B`: thread 2 skips the initialization when thread 1 has set both.
void add_other_publications(const RuleContext& context, const Initialization& initialization,
                            std::vector<Step>& steps) {
  const Trace& trace = *initialization.trace;
  const Guard& guard = *initialization.guard;
  for (const Guard& other : trace.guards) {
    if (other.region != guard.region || other.part == guard.part || other.function != guard.function) continue;
    const auto [first, second] =
        std::minmax(guard.test, other.test, [](TextRange left, TextRange right) { return left.begin < right.begin; });
    if (second.begin < first.end) continue;
    if (text_of(context, {first.end, second.begin}).find(" or ") == std::string_view::npos) continue;
    const Access* publish = initialization_at(context.model, trace, other).publish;
    if (publish == nullptr || publish < initialization.publish) continue;
    steps.push_back(make_step(context, 1, step_access(*publish), publish->function, other.part,
                              "publishes " + part_name(context.model, other.part) + ", too", publish->range));
  }
}

}  // namespace

bool is_published_early(const Initialization& initialization) {
  return initialization.publish != nullptr && initialization.observer != nullptr &&
         (initialization.is_filled_in_loop || !initialization.completions.empty());
}

std::string what_follows(const RuleContext& context, const Initialization& initialization) {
  if (initialization.completions.empty()) return "the loop around it goes on changing it";
  return line_of(context, last_write(initialization).begin) + " still changes it";
}

void add_early_publication(const RuleContext& context, const Rule& rule, const Initialization& initialization,
                           std::string message, std::vector<Finding>& findings) {
  const CellPart& part = initialization.guard->part;
  const TextRange range = reported_range(context, *initialization.trace, *initialization.publish);
  std::vector<Step> steps = steps_of_early_publication(context, initialization);
  const std::string symbol = symbol_of(context, part.cell);
  const bool is_known = std::ranges::any_of(findings, [&](const Finding& other) {
    return other.symbol == symbol && other.effect == Effect::incomplete &&
           (other.range == range || other.interleaving.front().function == steps.front().function);
  });
  if (is_known) return;
  Weight weight = weigh(context, part.cell,
                        {.certain = Severity::error, .likely = Severity::warning, .possible = Severity::information},
                        initialization.publish->function);
  if (!weight.is_reported) return;
  findings.push_back({.rule = &rule,
                      .severity = weight.severity,
                      .effect = Effect::incomplete,
                      .breaks_on = breaks_while_incomplete(context, initialization),
                      .range = range,
                      .message = std::move(message),
                      .evidence = std::move(weight.evidence),
                      .symbol = symbol,
                      .interleaving = std::move(steps),
                      .fixes = {},
                      .fingerprint = 0});
}

std::vector<Step> steps_of_early_publication(const RuleContext& context, const Initialization& initialization) {
  const Guard& guard = *initialization.guard;
  const Guard& observer = *initialization.observer;
  const CellPart& part = guard.part;
  std::vector<Step> steps;
  steps.push_back(make_step(context, 1, StepAccess::test, guard.function, part, finds_unset(guard), guard.test));
  add_publication(context, initialization, steps);
  add_other_publications(context, initialization, steps);
  steps.push_back(make_step(context, 2, StepAccess::test, observer.function, part, finds_set(observer), observer.test));
  const std::string unfinished = line_of(context, last_write(initialization).begin);
  if (const Access* use = find_use(context, initialization)) {
    const std::string verb = use->kind == AccessKind::give_back ? "returns it"
                             : use->kind == AccessKind::iterate ? "goes through it"
                                                                : "uses it";
    steps.push_back(make_last_use(context, 2, *use, part, verb + " unfinished: thread 1 has not done " + unfinished));
  } else {
    steps.push_back(make_step(context, 2, StepAccess::return_, observer.function, part,
                              "goes on with it unfinished: thread 1 has not done " + unfinished, observer.test));
  }
  return steps;
}

std::vector<Step> steps_of_early_flag(const RuleContext& context, const Initialization& initialization,
                                      const Access& late_write, const Access& reader) {
  const Guard& guard = *initialization.guard;
  const Access& publish = *initialization.publish;
  const std::string unfinished = line_of(context, late_write.range.begin);
  return {make_step(context, 1, StepAccess::test, guard.function, guard.part, finds_unset(guard), guard.test),
          make_step(context, 1, step_access(publish), publish.function, guard.part,
                    "sets it with " + quoted(context, publish.range), publish.range),
          make_step(context, 2, StepAccess::test, guard.function, guard.part, "finds it set and skips the work",
                    guard.test),
          make_step(context, 2, step_access(reader), reader.function, {late_write.cell, {}},
                    "uses it unprepared: thread 1 has not done " + unfinished, reader.range)};
}

std::vector<Step> steps_of_duplicate_work(const RuleContext& context, const Initialization& initialization) {
  const Guard& guard = *initialization.guard;
  const Access& publish = initialization.publish != nullptr ? *initialization.publish : *initialization.first_binding;
  const CellPart& part = guard.part;
  const std::string text = quoted(context, publish.range);
  std::vector<Step> steps{make_step(context, 1, StepAccess::test, guard.function, part, finds_unset(guard), guard.test),
                          make_step(context, 2, StepAccess::test, guard.function, part, finds_unset(guard), guard.test),
                          make_step(context, 1, step_access(publish), publish.function, part,
                                    "initialises it with " + text, publish.range)};
  if (const Access* use = next_use(context.model, initialization, publish))
    steps.push_back(make_last_use(context, 1, *use, part, "goes on with it"));
  steps.push_back(make_step(context, 2, step_access(publish), publish.function, part,
                            "initialises it again: what thread 1 made is replaced", publish.range));
  return steps;
}

}  // namespace analysis
