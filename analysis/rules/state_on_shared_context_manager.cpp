// Finds context managers whose object serves several calls at once and keeps on `self` what belongs to one of them.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/rules/constant_value.h"
#include "analysis/rules/own_methods.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule state_on_shared_context_manager;

namespace {

bool defines(const SymbolTable& symbols, const ClassSymbol& symbol, std::string_view method) {
  return std::ranges::any_of(symbol.methods, [&](FunctionId id) {
    const FunctionSymbol& function = symbols.function(id);
    return symbols.text(function, function.code->name) == method;
  });
}

/// `with self:` in a function that the method makes: what it returns enters the same object in every call.
bool makes_entering_function(const SymbolTable& symbols, FunctionId method) {
  const FunctionSymbol& outer = symbols.function(method);
  if (outer.receiver != Receiver::instance) return false;
  return std::ranges::any_of(symbols.functions, [&](const FunctionSymbol& function) {
    if (function.parent != method || function.code->kind != ir::FunctionKind::function) return false;
    return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
      if (op.kind != ir::OpKind::with || !op.value) return false;
      const ir::Value& manager = function.facts->values[op.value.index];
      if (manager.kind != ir::ValueKind::place || !manager.place) return false;
      const ir::Place& place = function.facts->places[manager.place.index];
      return place.segment_count == 0 && place.root && symbols.name(function, place.root) == outer.receiver_name;
    });
  });
}

/// Whether an object of the class can decorate functions, whose calls then all enter that object.
bool is_decorator(const SymbolTable& symbols, const std::vector<ClassId>& line) {
  const auto makes_own = [&](ClassId id) { return defines(symbols, symbols.class_of(id), "_recreate_cm"); };
  if (std::ranges::any_of(line, makes_own)) return false;
  return std::ranges::any_of(line, [&](ClassId id) {
    const ClassSymbol& symbol = symbols.class_of(id);
    const bool inherits = std::ranges::any_of(symbol.base_names, [](const std::string& base) {
      return base == "ContextDecorator" || base == "AsyncContextDecorator";
    });
    return inherits || std::ranges::any_of(symbol.methods,
                                           [&](FunctionId method) { return makes_entering_function(symbols, method); });
  });
}

/// A method that the protocol calls, and what it calls of its own object.
std::vector<FunctionId> run_by(const RuleContext& context, const std::vector<ClassId>& line, std::string_view method) {
  const Name name = context.model.symbols.names.find(method);
  const FunctionId id = name ? find_method(context.model.symbols, line.front(), name) : FunctionId{};
  return id ? with_own_callees(context.model, line, id) : std::vector<FunctionId>{};
}

/// Whether objects of the class let one call in at a time: what those keep, the next one overwrites when they have
/// left.
bool excludes_others(std::string_view class_name) {
  static constexpr std::array<std::string_view, 4> endings{"Lock", "lock", "Mutex", "Semaphore"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return class_name.ends_with(ending); });
}

bool is_held_by_module(const ConcurrencyModel& model, ClassId id) {
  return std::ranges::any_of(model.symbols.globals,
                             [&](Name global) { return model.cells.class_of_global(global) == id; });
}

/// Whether the write runs only when the attribute was found unset: it is made once, for all calls.
bool is_made_once(const Trace& body, const Access& write) {
  return std::ranges::any_of(body.guards, [&](const Guard& guard) {
    return guard.part.cell == write.cell && !guard.is_rest_of_block && is_within(body, write.context, guard.region);
  });
}

bool stores_state(const RuleContext& context, const Access& access, const std::vector<FunctionId>& entering) {
  if (access.kind != AccessKind::rebind || access.depth != 0 || access.is_update || !access.locks.empty()) return false;
  if (access.value == nullptr || is_constant(*access.value) || !is_in_module(context, access.range)) return false;
  if (std::ranges::find(entering, access.function) == entering.end()) return false;
  return !is_made_once(body_of(context.model, access), access);
}

bool uses_state(const Access& access, const std::vector<FunctionId>& leaving) {
  const bool is_used = access.kind != AccessKind::rebind && access.kind != AccessKind::unbind && access.locks.empty();
  return is_used && std::ranges::find(leaving, access.function) != leaving.end();
}

struct Protocol {
  std::string_view enter;
  std::string_view exit;
  BreaksOn breaks_on;
};

/// The test that raises when the attribute is set, and stands before the write; null if there is none.
const Guard* find_refusal(const ConcurrencyModel& model, const Access& write) {
  const Trace& body = body_of(model, write);
  const FunctionSymbol& function = model.function(write.function);
  const auto raises = [&](TextRange block) {
    return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
      return op.kind == ir::OpKind::raise && block.contains(function.absolute(op.range));
    });
  };
  const auto found = std::ranges::find_if(body.presences, [&](const Guard& guard) {
    return guard.part.cell == write.cell && guard.function == write.function && guard.test.end <= write.range.begin &&
           is_within(body, write.context, guard.outside) && raises(guard.block);
  });
  return found == body.presences.end() ? nullptr : &*found;
}

std::vector<Step> steps(const RuleContext& context, const Access& write, const Access& use) {
  const CellPart part{write.cell, {}};
  std::vector<Step> steps;
  if (const Guard* refusal = find_refusal(context.model, write)) {
    for (const int thread : {1, 2})
      steps.push_back(
          make_step(context, thread, StepAccess::test, write.function, part, "finds nobody inside", refusal->test));
  }
  steps.insert(
      steps.end(),
      {make_step(context, 1, StepAccess::write, write.function, part, "stores what belongs to its call", write.range),
       make_step(context, 2, StepAccess::write, write.function, part, "stores its own over it, for another call",
                 write.range),
       make_step(context, 1, step_access(use), use.function, part, "uses what belongs to the other call", use.range)});
  return steps;
}

void check_class(const RuleContext& context, ClassId id, const Protocol& protocol, std::vector<Finding>& findings) {
  const SymbolTable& symbols = context.model.symbols;
  const std::vector<ClassId>& line = symbols.class_of(id).line;
  const std::vector<FunctionId> entering = run_by(context, line, protocol.enter);
  const std::vector<FunctionId> leaving = run_by(context, line, protocol.exit);
  if (entering.empty() || leaving.empty()) return;
  const std::string& name = symbols.class_of(id).name;
  const bool decorates = is_decorator(symbols, line);
  if (!decorates && excludes_others(name)) return;
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    if (context.model.cells.cell(CellId{i}).kind != CellKind::instance_attribute) continue;
    const auto write =
        std::ranges::find_if(accesses, [&](const Access* access) { return stores_state(context, *access, entering); });
    if (write == accesses.end()) continue;
    const auto use = std::ranges::find_if(accesses, [&](const Access* access) { return uses_state(*access, leaving); });
    if (use == accesses.end()) continue;
    Weight weight{true, Severity::warning,
                  fmt::format("all calls of a function that a `{}` decorates enter one object", name)};
    if (!decorates) {
      const Sharing sharing = sharing_of(context.model, CellId{i}, entering.front());
      if (!is_held_by_module(context.model, id)) continue;
      weight = {sharing.is_certain, Severity::warning, sharing.evidence};
    }
    if (!weight.is_reported) continue;
    const std::string symbol = symbol_of(context, CellId{i});
    const bool is_known = std::ranges::any_of(findings, [&](const Finding& known) {
      return known.rule == &state_on_shared_context_manager && known.symbol == symbol;
    });
    if (is_known) continue;
    findings.push_back({.rule = &state_on_shared_context_manager,
                        .severity = weight.severity,
                        .effect = Effect::leak_between_requests,
                        .breaks_on = protocol.breaks_on,
                        .range = (*write)->range,
                        .message = fmt::format("{}one `{}` serves all calls: `{}` set here is overwritten by another "
                                               "call before `{}` uses it",
                                               decorates ? "as a decorator, " : "", name,
                                               context.model.name_of(CellId{i}), protocol.exit),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol,
                        .interleaving = steps(context, **write, **use),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  static constexpr std::array<Protocol, 2> protocols{
      {{"__enter__", "__exit__", BreaksOn::every_build}, {"__aenter__", "__aexit__", BreaksOn::await}}};
  for (std::uint32_t i = 0; i < context.model.symbols.classes.size(); ++i) {
    for (const Protocol& protocol : protocols) check_class(context, ClassId{i}, protocol, findings);
  }
}

}  // namespace

const Rule state_on_shared_context_manager{
    .info = {.name = "state-on-shared-context-manager",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a context manager that serves several calls keeps something of one call on itself",
             .why = "A context manager that is used as a decorator is made once, where the function is defined, and "
                    "every call of the function enters that one object; so do all who use one that a module holds. "
                    "What `__enter__` stores on `self` for "
                    "`__exit__`, a second call overwrites while the first still runs: times are measured from the "
                    "wrong start, and what should be restored is lost. It happens on every build of CPython, and "
                    "without threads where the function calls itself. Make a new object for each call (with "
                    "`ContextDecorator`, override `_recreate_cm`; in `__call__`, enter a copy), or use "
                    "`contextlib.contextmanager`, which does so.",
             .bad = R"py(from contextlib import ContextDecorator

class timed(ContextDecorator):
    def __enter__(self):
        self.start = clock()

    def __exit__(self, *error):
        report(clock() - self.start)
)py",
             .good = R"py(from contextlib import contextmanager

@contextmanager
def timed():
    start = clock()
    try:
        yield
    finally:
        report(clock() - start)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
