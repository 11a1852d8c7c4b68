// Finds objects of types that are not made for threads and that all threads use.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/unsafe_types.h"

namespace analysis {

extern const Rule shared_unsafe_object;

namespace {

struct UnsafeObject {
  std::string_view maker;  // as written: `cPickle.Pickler`
  std::string_view state;
};

/// What the operation binds, when that is a new object of an unsafe type.
UnsafeObject unsafe_object_of(const RuleContext& context, const FunctionSymbol& function, const ir::Op& op) {
  if (!op.value) return {};
  const ir::StatementFacts& facts = *function.facts;
  const ir::Value& value = facts.values[op.value.index];
  if (value.kind != ir::ValueKind::call) return {};
  const ir::Place& callee = facts.places[facts.calls[value.call.index].callee.index];
  const std::string_view maker = text_of(context, function.absolute(callee.range));
  const std::string_view state = unsafe_state_of(maker);
  return state.empty() ? UnsafeObject{} : UnsafeObject{maker, state};
}

bool binds_nothing(const FunctionSymbol& function, const ir::Op& op) {
  if (!op.value) return false;
  const ir::ValueKind kind = function.facts->values[op.value.index].kind;
  return kind == ir::ValueKind::none || kind == ir::ValueKind::import;
}

/// What all bindings of the cell make, when that is of an unsafe type.
UnsafeObject unsafe_object_in(const RuleContext& context, CellId cell) {
  UnsafeObject found;
  for (const CellTable::Binding& binding : bindings_of(context.model, cell)) {
    const FunctionSymbol& function = context.model.function(binding.function);
    if (binds_nothing(function, *binding.op)) continue;
    const UnsafeObject object = unsafe_object_of(context, function, *binding.op);
    if (object.maker.empty()) return {};
    found = object;
  }
  return found;
}

/// A use while other threads may be at it: a method that runs without a lock.
const Access* find_use(const RuleContext& context, const std::vector<const Access*>& accesses) {
  const auto found = std::ranges::find_if(accesses, [&](const Access* access) {
    const bool is_call = access->kind == AccessKind::call_on || access->kind == AccessKind::mutate;
    return is_call && access->locks.empty() && is_in_module(context, access->range) &&
           may_run_on_threads(context.model, access->function);
  });
  return found == accesses.end() ? nullptr : *found;
}

void report(const RuleContext& context, const UnsafeObject& object, std::string name, std::string symbol,
            FunctionId user, TextRange range, Weight weight, std::vector<Finding>& findings) {
  findings.push_back(
      {.rule = &shared_unsafe_object,
       .severity = weight.severity,
       .effect = Effect::leak_between_requests,
       .breaks_on = BreaksOn::every_build,
       .range = range,
       .message = fmt::format("all threads use the one `{}` in `{}`, which keeps {} and is not made for two at once",
                              object.maker, name, object.state),
       .evidence = std::move(weight.evidence),
       .symbol = std::move(symbol),
       .interleaving = {make_step(context, 1, StepAccess::call, user, name, "begins to work with it", range),
                        make_step(context, 2, StepAccess::call, user, name,
                                  fmt::format("begins too, and changes {}", object.state), range),
                        make_step(context, 1, StepAccess::call, user, name, "goes on with what thread 2 has left",
                                  range)},
       .fixes = {},
       .fingerprint = 0});
}

void check_cells(const RuleContext& context, std::vector<Finding>& findings) {
  constexpr SeverityScale scale{Severity::warning, Severity::information, Severity::information};
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const CellId cell{i};
    if (context.model.cells.cell(cell).kind == CellKind::object_attribute) continue;
    const Access* const use = find_use(context, context.accesses[i]);
    if (use == nullptr) continue;
    const UnsafeObject object = unsafe_object_in(context, cell);
    if (object.maker.empty()) continue;
    Weight weight = weigh(context, cell, scale, use->function);
    if (!weight.is_reported) continue;
    report(context, object, context.model.name_of(cell), symbol_of(context, cell), use->function, use->range,
           std::move(weight), findings);
  }
}

/// `pickler = Pickler()` and `dump = pickler.dump` in a class: whoever calls `dump` uses the one object.
void check_kept_methods(const RuleContext& context, std::vector<Finding>& findings) {
  for (const ClassSymbol& symbol : context.model.symbols.classes) {
    const FunctionSymbol& body = context.model.function(symbol.body);
    if (!is_in_module(context, body.absolute(symbol.code->range))) continue;
    for (const ir::Op& made : body.code->ops) {
      if (made.kind != ir::OpKind::bind || !made.place) continue;
      const UnsafeObject object = unsafe_object_of(context, body, made);
      const ir::Place& target = body.facts->places[made.place.index];
      if (object.maker.empty() || target.segment_count != 0 || !target.root) continue;
      const auto kept = std::ranges::find_if(body.code->ops, [&](const ir::Op& op) {
        if (op.kind != ir::OpKind::bind || !op.value) return false;
        const ir::Value& value = body.facts->values[op.value.index];
        if (value.kind != ir::ValueKind::place) return false;
        const ir::Place& place = body.facts->places[value.place.index];
        return place.segment_count == 1 && place.root == target.root;
      });
      if (kept == body.code->ops.end()) continue;
      const std::string name = symbol.name + "." + std::string(context.model.symbols.text(body, target.root));
      report(context, object, name, context.module_name + "." + name, symbol.body, body.absolute(kept->range),
             {true, Severity::warning, "class attributes are shared by all threads"}, findings);
    }
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  check_cells(context, findings);
  check_kept_methods(context, findings);
}

}  // namespace

const Rule shared_unsafe_object{
    .info = {.name = "shared-unsafe-object",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "all threads use one object of a type that is not made for threads",
             .why = "Some objects of libraries keep something between the steps of one call: a pickler the memo of "
                    "what it has written, a parser its place in the document, a connection the answer that is due, a "
                    "wrapper of a C library its buffer. Held by a module or class, one of them serves all threads, and "
                    "calls that come together mix what they read and write, or crash. Make one for each call, or keep "
                    "one for each thread in a `threading.local()`.",
             .bad = R"py(import xmlrpc.client

server = xmlrpc.client.ServerProxy("http://localhost:8000")

def status():
    return server.status()
)py",
             .good = R"py(import xmlrpc.client

def status():
    with xmlrpc.client.ServerProxy("http://localhost:8000") as server:
        return server.status()
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
