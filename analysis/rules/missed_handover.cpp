// Finds two steps that each assume the other thread comes later: one stores a result and then looks for a callback, the
// other looks for the result and then stores a callback.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/lock_conflict.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule missed_handover;

namespace {

/// A test of one attribute and what is done to another one because of it.
struct Registration {
  const Access* test = nullptr;   // of the result
  const Access* store = nullptr;  // of the callback, where there is no result
};

bool stores(const Access& access) {
  return access.kind == AccessKind::rebind && access.depth == 0 && !access.is_update && access.value != nullptr &&
         !is_constant(*access.value);
}

bool uses(const Access& access) {
  return access.kind == AccessKind::read || access.kind == AccessKind::escape || access.kind == AccessKind::call_on;
}

/// Whether a condition that holds the test decides whether the place is reached.
bool is_decided_by(const ConcurrencyModel& model, const Trace& body, ContextId place, const Access& test) {
  for (ContextId at = place; at; at = body.contexts[at.index].parent) {
    const Context& context = body.contexts[at.index];
    if (context.kind != Context::Kind::branch || context.op == nullptr) continue;
    if (model.function(body.root).absolute(context.op->range).contains(test.range)) return true;
  }
  return false;
}

bool writes(const Trace& body, CellId cell) {
  return std::ranges::any_of(body.accesses,
                             [&](const Access& access) { return access.cell == cell && is_write(access.kind); });
}

/// `if self.result: use(self.result)`, `else: self.callback = f`.
Registration registration_in(const ConcurrencyModel& model, const Trace& body, const Access& store) {
  for (const Access& test : body.accesses) {
    if (test.kind != AccessKind::test || test.depth != 0 || test.cell == store.cell) continue;
    if (model.cells.cell(test.cell).owner != model.cells.cell(store.cell).owner || writes(body, test.cell)) continue;
    if (store.range.begin < test.range.begin || !is_decided_by(model, body, store.context, test)) continue;
    const bool is_used_otherwise = std::ranges::any_of(body.accesses, [&](const Access& use) {
      return use.cell == test.cell && uses(use) && are_exclusive(body, use.context, store.context);
    });
    if (is_used_otherwise) return {&test, &store};
  }
  return {};
}

/// `self.callback(…)` behind the test, which calls what the attribute holds.
bool is_called(const ConcurrencyModel& model, const Trace& body, CellId callback, const Access& test) {
  const FunctionSymbol& function = model.function(body.root);
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::call || function.absolute(op.range).begin < test.range.end) return false;
    const ir::Place& callee = function.facts->places[function.facts->calls[op.call.index].callee.index];
    return callee.segment_count == 1 && callee.root &&
           model.symbols.name(function, callee.root) == function.receiver_name &&
           last_name(*function.facts, callee) == model.symbols.names.text(model.cells.cell(callback).name);
  });
}

/// What completes: it stores the result, and then asks for the callback in order to use it.
struct Completion {
  const Access* store = nullptr;
  const Access* test = nullptr;
};

Completion completion_in(const ConcurrencyModel& model, const Trace& body, CellId result, CellId callback) {
  const auto store = std::ranges::find_if(
      body.accesses, [&](const Access& access) { return access.cell == result && stores(access); });
  if (store == body.accesses.end()) return {};
  for (const Access& test : body.accesses) {
    if (test.cell != callback || test.kind != AccessKind::test || test.range.begin < store->range.end) continue;
    if (!is_within(body, test.context, store->context)) continue;
    const bool is_used = std::ranges::any_of(body.accesses, [&](const Access& use) {
      return use.cell == callback && uses(use) && is_decided_by(model, body, use.context, test);
    });
    if (is_used || is_called(model, body, callback, test)) return {&*store, &test};
  }
  return {};
}

std::vector<Step> steps(const RuleContext& context, const Registration& mine, const Completion& other) {
  const auto step = [&](int thread, const Access& access, std::string text) {
    return make_step(context, thread, step_access(access), access.function, CellPart{access.cell, {}}, std::move(text),
                     access.range);
  };
  return {step(1, *mine.test, "finds that there is none yet"), step(2, *other.store, "stores it"),
          step(2, *other.test, "finds nothing to hand it to"),
          step(1, *mine.store, "stores what nobody asks for again")};
}

void report(const RuleContext& context, const Registration& mine, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  if (!may_run_on_threads(model, mine.store->function)) return;
  if (is_reported(context, missed_handover, mine.store->cell, mine.store->function, findings)) return;
  const LockSet held = intersection(mine.test->locks, mine.store->locks);
  for (const Trace& body : model.bodies) {
    if (body.root == mine.store->function || model.functions[body.root.index].is_construction) continue;
    const Completion other = completion_in(model, body, mine.test->cell, mine.store->cell);
    if (other.store == nullptr || !may_run_on_threads(model, body.root)) continue;
    if (!are_unexcluded(model, held, intersection(other.store->locks, other.test->locks))) continue;
    Weight weight = weigh(context, mine.store->cell, {Severity::warning, Severity::warning, Severity::information},
                          mine.store->function);
    if (!weight.is_reported) return;
    findings.push_back(
        {.rule = &missed_handover,
         .severity = weight.severity,
         .effect = Effect::lost_update,
         .breaks_on = breaks_until(model, mine.test->range.end, *mine.store),
         .range = mine.store->range,
         .message = fmt::format("`{}` is stored for nobody when `{}` sets `{}` after {} looked for it",
                                model.name_of(mine.store->cell), model.function(body.root).qualified_name,
                                model.name_of(mine.test->cell), line_of(context, mine.test->range.begin)),
         .evidence = std::move(weight.evidence),
         .symbol = symbol_of(context, mine.store->cell),
         .interleaving = steps(context, mine, other),
         .fixes = {},
         .fingerprint = 0});
    return;
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const ConcurrencyModel& model = context.model;
  for (const Trace& body : model.bodies) {
    if (!is_of_module(context, body.root) || model.functions[body.root.index].is_construction) continue;
    for (const Access& access : body.accesses) {
      if (!stores(access) || model.cells.cell(access.cell).kind != CellKind::instance_attribute) continue;
      if (!can_race(model, access.cell)) continue;
      const Registration registration = registration_in(model, body, access);
      if (registration.store != nullptr) report(context, registration, findings);
    }
  }
}

}  // namespace

const Rule missed_handover{
    .info = {.name = "missed-handover",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a callback is stored just after the result came, and is never called",
             .why = "One thread stores a result and then looks for a callback; another looks for the result and, as "
                    "there is none, stores a callback. When the result comes between the look and the store, the first "
                    "thread has looked for the callback too early and the second for the result too early: nobody "
                    "calls it, and who waits for it waits for ever. It happens on every build of CPython. Hold one "
                    "lock around both the test and the store, on both sides, and call the callback outside of it.",
             .bad = R"py(import threading

class Reply:
    def __init__(self):
        self.done = threading.Event()
        self.result = None
        self.callback = None

    def finish(self, result):
        self.result = result
        self.done.set()
        if self.callback:
            self.callback(result)

    def then(self, callback):
        if self.result is not None:
            callback(self.result)
        else:
            self.callback = callback
)py",
             .good = R"py(import threading

class Reply:
    def __init__(self):
        self.lock = threading.Lock()
        self.result = None
        self.callback = None

    def finish(self, result):
        with self.lock:
            self.result = result
            callback = self.callback
        if callback:
            callback(result)

    def then(self, callback):
        with self.lock:
            if self.result is None:
                self.callback = callback
                return
        callback(self.result)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
