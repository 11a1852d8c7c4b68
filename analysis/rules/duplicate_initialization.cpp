// Finds test-then-assign that two threads may both run: duplicate work, harmless unless the work has effects.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/begins_line.h"
#include "analysis/rules/consumed_mark.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/made_value.h"
#include "analysis/rules/raising.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule duplicate_initialization;

namespace {

bool is_changed_later(const RuleContext& context, CellId cell) {
  return std::ranges::any_of(context.model.bodies, [&](const Trace& body) {
    if (context.model.function(body.root).code->kind != ir::FunctionKind::function) return false;
    return std::ranges::any_of(body.accesses, [&](const Access& access) {
      return access.cell == cell && is_write(access.kind) && access.kind != AccessKind::rebind &&
             access.kind != AccessKind::unbind;
    });
  });
}

/// The text between a test and the write that it guards, where a region that is no block of its own counts from the
/// test on.
TextRange guarded_text(const Initialization& initialization, const Access& bind) {
  const Guard& guard = *initialization.guard;
  if (!guard.is_rest_of_block) return guard.block;
  return {guard.test.end, std::max(guard.test.end, bind.range.end)};
}

/// `del Y` in the region: the second thread finds nothing to delete.
const Access* find_deletion(const Initialization& initialization) {
  for (std::size_t i = initialization.guard->first_access; i < initialization.trace->accesses.size(); ++i) {
    const Access& access = initialization.trace->accesses[i];
    if (access.kind != AccessKind::unbind || access.cell == initialization.guard->part.cell) continue;
    if (is_within(*initialization.trace, access.context, initialization.guard->region)) return &access;
  }
  return nullptr;
}

struct FlaggedCall {
  const ir::Op* op = nullptr;
  std::string_view name;
};

/// The calls in the region that the flag's function makes: where the test stands in another function, all that it
/// makes.
std::vector<FlaggedCall> calls_before_flag(const RuleContext& context, const Initialization& initialization,
                                           const Access& bind) {
  const FunctionSymbol& function = context.model.function(bind.function);
  const bool is_in_region = bind.function == initialization.guard->function;
  if (!is_in_region && !is_ready_name(context.model.symbols.names.text(context.model.cells.cell(bind.cell).name))) {
    return {};  // a function that does other things too
  }
  const TextRange region = is_in_region ? guarded_text(initialization, bind) : function.absolute(function.code->range);
  std::vector<FlaggedCall> calls;
  for (const ir::Op& op : function.code->ops) {
    if (op.kind != ir::OpKind::call || !region.contains(function.absolute(op.range))) continue;
    ir::Value call;
    call.kind = ir::ValueKind::call;
    call.call = op.call;
    calls.push_back({&op, maker_of(*function.facts, call)});
  }
  return calls;
}

/// What in the region is worth more than a hint when it is done twice: the call that makes the value, or, before a flag
/// is set, a call with effects. Empty when nothing is.
std::string effect_of(const RuleContext& context, const Initialization& initialization, const Access& bind) {
  const FunctionSymbol& function = context.model.function(bind.function);
  const std::string_view maker = maker_behind(context.model.symbols, function, *bind.value);
  if (makes_resource(maker)) return fmt::format("`{}` would run twice", maker);
  if (const Access* deletion = find_deletion(initialization)) {
    return fmt::format("the second finds `{}` deleted", context.model.name_of(deletion->cell));
  }
  if (bind.value->kind != ir::ValueKind::boolean) return {};
  const auto calls = calls_before_flag(context, initialization, bind);
  const auto found = std::ranges::find_if(calls, [](const FlaggedCall& call) { return has_effects(call.name); });
  return found == calls.end() ? std::string() : fmt::format("`{}` would run twice", found->name);
}

/// Whether a method of something is called that the function made or fetched itself.
bool is_on_local(const RuleContext& context, FunctionId function, const ir::Op& op) {
  const FunctionSymbol& symbol = context.model.function(function);
  const ir::Place& callee = symbol.facts->places[symbol.facts->calls[op.call.index].callee.index];
  if (!callee.root) return true;
  const Name root = context.model.symbols.name(symbol, callee.root);
  const bool is_parameter = std::ranges::any_of(symbol.code->parameters, [&](const ir::Parameter& parameter) {
    return parameter.name && context.model.symbols.name(symbol, parameter.name) == root;
  });
  return !is_parameter && look_up(context.model.symbols, function, root).owner == function;
}

/// The first call before a flag that is made for nothing but what it does; empty when there is none. What it does may
/// well be harmless when done twice.
std::string possible_effect(const RuleContext& context, const Initialization& initialization, const Access& bind) {
  const std::string_view flag = context.model.symbols.names.text(context.model.cells.cell(bind.cell).name);
  if (bind.value->kind != ir::ValueKind::boolean || bind.value->is_empty || !is_ready_name(flag)) return {};
  for (const FlaggedCall& call : calls_before_flag(context, initialization, bind)) {
    const TextRange range = context.model.function(bind.function).absolute(call.op->range);
    if (bind.range.begin <= range.begin || !begins_line(context, range)) continue;
    if (is_on_local(context, bind.function, *call.op)) continue;
    if (may_raise(context.model, bind.function, *call.op)) return fmt::format("`{}` would run twice", call.name);
  }
  return {};
}

/// What is still to be done is kept in a cell, and two threads find it there.
void check_marks(const RuleContext& context, std::vector<Finding>& findings) {
  for (const ConsumedMark& mark : find_consumed_marks(context)) {
    if (mark.is_removed_early || !is_in_module(context, mark.removed->range)) continue;
    Weight weight =
        weigh(context, mark.removed->cell, {Severity::information, Severity::hint, Severity::hint}, mark.function);
    if (!weight.is_reported) continue;
    const CellPart part{mark.removed->cell, mark.removed->key};
    const TextRange work = context.model.function(mark.function).absolute(mark.work->range);
    const auto step = [&](int thread, StepAccess access, std::string text, TextRange range) {
      return make_step(context, thread, access, mark.function, part, std::move(text), range);
    };
    const StepAccess look = step_access(*mark.taken);
    const std::string call = quoted(context, work);
    findings.push_back(
        {.rule = &duplicate_initialization,
         .severity = weight.severity,
         .effect = Effect::duplicate_work,
         .breaks_on = BreaksOn::every_build,
         .range = work,
         .message = fmt::format("{} may run twice: two threads can both find `{}` before {} takes it away", call,
                                part_name(context.model, part), line_of(context, mark.removed->range.begin)),
         .evidence = std::move(weight.evidence),
         .symbol = symbol_of(context, part.cell),
         .interleaving = {step(1, look, "finds that there is work to do", mark.taken->range),
                          step(2, look, "finds it too", mark.taken->range),
                          step(1, StepAccess::call, "does the work", work),
                          step(2, StepAccess::call, "does it again", work)},
         .fixes = {},
         .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  check_marks(context, findings);
  for (const Initialization& initialization : context.initializations) {
    if (initialization.first_binding == nullptr || is_published_early(initialization)) continue;
    const CellPart& part = initialization.guard->part;
    const Access& bind = *initialization.first_binding;
    // Caches by key are check-then-set-cache's; growing a container is another thing than making it.
    if (part.key || (initialization.publish != nullptr && initialization.publish != &bind) || bind.value == nullptr)
      continue;
    const FunctionSymbol& maker = context.model.function(bind.function);
    if (is_repeatable(maker, *bind.value) || !bind.locks.empty()) continue;
    const std::string symbol = symbol_of(context, part.cell);
    const bool is_known = std::ranges::any_of(findings, [&](const Finding& other) {
      return other.symbol == symbol && (other.range == bind.range || other.effect == Effect::incomplete);
    });
    if (is_known) continue;
    std::string effect = effect_of(context, initialization, bind);
    const bool loses_content = is_empty_container(maker, *bind.value) && is_changed_later(context, part.cell);
    const bool is_harmful = !effect.empty() || loses_content;
    // Building a container and assigning it once is the lock-free form that the repairs of other rules make: making it
    // twice is the price, and it is tolerated (the Django threading review: lock-free forms first, double work second).
    // Nor is a flag that is set twice worth a word when the work before it only makes something.
    const bool is_flag = bind.value->kind == ir::ValueKind::boolean;
    if (!is_harmful && is_flag) effect = possible_effect(context, initialization, bind);
    const bool is_doubtful = !is_harmful && !effect.empty();
    if (!is_harmful && !is_doubtful && (bind.is_container || is_flag)) continue;
    const SeverityScale scale = is_harmful ? SeverityScale{Severity::warning, Severity::information, Severity::hint}
                                : is_doubtful
                                    ? SeverityScale{Severity::information, Severity::information, Severity::hint}
                                    : SeverityScale{Severity::hint, Severity::hint, Severity::hint};
    Weight weight = weigh(context, part.cell, scale, bind.function);
    if (!weight.is_reported || (is_doubtful && weight.severity == Severity::hint)) continue;
    const std::string consequence = loses_content    ? "what was put into the first is lost"
                                    : effect.empty() ? "it costs no more than the work"
                                                     : effect;
    std::string message =
        fmt::format("`{}` may be created twice: two threads can both pass {}, and {}", part_name(context.model, part),
                    quoted(context, initialization.guard->test), consequence);
    findings.push_back({.rule = &duplicate_initialization,
                        .severity = weight.severity,
                        .effect = Effect::duplicate_work,
                        .breaks_on = breaks_before(context, initialization, bind),
                        .range = reported_range(context, *initialization.trace, bind),
                        .message = std::move(message),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol,
                        .interleaving = steps_of_duplicate_work(context, initialization),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

}  // namespace

const Rule duplicate_initialization{
    .info = {.name = "duplicate-initialization",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "two threads may both make a value that is meant to be made once",
             .why = "Two threads find the cell unset before either has set it; both make a value, and the second "
                    "replaces the first. Every reader gets a complete value, so for values that are equal this costs "
                    "only time, usually less than a lock would cost every caller: such findings are hints. They are "
                    "warnings when the value that loses matters: a pool or thread that goes on running, a file or "
                    "connection that stays open, an empty container in which the first caller has already stored "
                    "something. Constants and imported modules are not reported.",
             .bad = R"py(from concurrent.futures import ThreadPoolExecutor

_pool = None

def pool():
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor()
    return _pool
)py",
             .good = R"py(import threading
from concurrent.futures import ThreadPoolExecutor

_lock = threading.Lock()
_pool = None

def pool():
    global _pool
    if _pool is None:
        with _lock:
            if _pool is None:
                _pool = ThreadPoolExecutor()
    return _pool
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
