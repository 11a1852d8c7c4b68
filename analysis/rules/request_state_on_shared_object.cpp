// Finds objects that serve all requests and keep what belongs to one of them on `self`.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/rules/argument_flow.h"
#include "analysis/rules/constant_value.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {

extern const Rule request_state_on_shared_object;

namespace {

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}

/// Classes of which one object serves all requests (reference/accuracy.md §5: names that hold).
bool serves_all_requests(const ClassSymbol& symbol) {
  const auto is_middleware = [](std::string_view name) {
    return name.ends_with("Middleware") || name.ends_with("MiddlewareMixin");
  };
  const auto is_base = [&](const std::string& base) {
    return is_middleware(base) || base == "ModelAdmin" || base == "WSGIHandler" || base == "BaseHandler";
  };
  const auto is_per_request = [](const std::string& base) {
    return base.ends_with("View") || base.ends_with("RequestHandler") || base.ends_with("TestCase");
  };
  if (std::ranges::any_of(symbol.base_names, is_per_request)) return false;
  return is_middleware(symbol.name) || std::ranges::any_of(symbol.base_names, is_base);
}

/// Whether the function is called once for each request: its arguments say so.
bool takes_request(const RuleContext& context, const FunctionSymbol& function) {
  using namespace std::string_view_literals;
  static constexpr std::array names{"request"sv, "req"sv, "environ"sv, "scope"sv};
  return function.receiver == Receiver::instance &&
         std::ranges::any_of(function.code->parameters, [&](const ir::Parameter& parameter) {
           return parameter.name && is_one_of(context.model.symbols.text(function, parameter.name), names);
         });
}

/// What the request's thread does with the attribute afterwards: in the same function, else in another one.
const Access* find_reader(const std::vector<const Access*>& accesses, const Access& write) {
  const Access* found = nullptr;
  for (const Access* access : accesses) {
    if (access->kind == AccessKind::rebind || access->kind == AccessKind::unbind) continue;
    if (access->function == write.function && write.range.end <= access->range.begin) return access;
    if (found == nullptr && access->function != write.function) found = access;
  }
  return found;
}

std::vector<Step> steps(const RuleContext& context, const Access& write, const Access& reader) {
  const CellPart part{write.cell, {}};
  return {
      make_step(context, 1, StepAccess::write, write.function, part, "stores what belongs to its request", write.range),
      make_step(context, 2, StepAccess::write, write.function, part, "stores its own over it, for another request",
                write.range),
      make_step(context, 1, step_access(reader), reader.function, part, "uses what belongs to the other request",
                reader.range)};
}

void check_receivers(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    const Cell& cell = context.model.cells.cell(CellId{i});
    if (accesses.empty() || cell.kind != CellKind::instance_attribute) continue;
    for (const Access* write : accesses) {
      if (write->kind != AccessKind::rebind || write->is_update || !write->locks.empty()) continue;
      if (!is_in_module(context, write->range)) continue;
      const FunctionSymbol& function = context.model.function(write->function);
      if (!function.owner || !takes_request(context, function)) continue;
      const ClassSymbol& symbol = context.model.symbols.class_of(function.owner);
      if (!serves_all_requests(symbol)) continue;
      if (write->value == nullptr || is_constant(*write->value)) continue;
      if (asks_first(body_of(context.model, *write), *write)) continue;
      const Access* reader = find_reader(accesses, *write);
      if (reader == nullptr) continue;
      findings.push_back(
          {.rule = &request_state_on_shared_object,
           .severity = Severity::error,
           .effect = Effect::leak_between_requests,
           .breaks_on = function.code->is_async ? BreaksOn::await : BreaksOn::every_build,
           .range = write->range,
           .message = fmt::format("one `{}` serves all requests: `{}` set here can be read by another request",
                                  symbol.name, context.model.name_of(CellId{i})),
           .evidence = fmt::format("a framework shares one `{}` between threads", symbol.name),
           .symbol = symbol_of(context, CellId{i}),
           .interleaving = steps(context, *write, *reader),
           .fixes = {},
           .fingerprint = 0});
      break;
    }
  }
}

/// The function's names that hold its request or parts of it; empty when it has none.
std::vector<std::string_view> names_of_request(const RuleContext& context, const FunctionSymbol& function) {
  std::vector<std::string_view> names;
  for (const ir::Parameter& parameter : function.code->parameters) {
    const std::string_view name = context.model.symbols.text(function, parameter.name);
    if (is_request_name(name)) names.push_back(name);
  }
  return names.empty() ? names : names_computed_of(function, std::move(names));
}

/// `X = request.user`, `X.user = request.user`, `X["user"] = request.user`.
bool stores_request(const RuleContext& context, const Access& write) {
  if (!write.locks.empty() || write.is_update || write.value == nullptr || is_constant(*write.value)) return false;
  const std::string_view key = context.model.symbols.names.text(write.key);
  const bool is_entry = write.kind == AccessKind::item_write && write.depth == 1 && !key.empty() &&
                        (key.front() == '"' || key.front() == '\'');
  const bool is_binding = write.kind == AccessKind::rebind && write.depth == 0;
  if (!is_entry && !is_binding && write.kind != AccessKind::attribute_write) return false;
  const FunctionSymbol& function = context.model.function(write.function);
  const std::vector<std::string_view> names = names_of_request(context, function);
  return !names.empty() && is_computed_of(function, *write.value, names);
}

/// Whether all threads have what the cell is about: a global, a class, or the object in a global.
bool is_common_to_threads(const RuleContext& context, const Access& write) {
  const Cell& cell = context.model.cells.cell(write.cell);
  if (cell.kind != CellKind::instance_attribute) return true;
  // `site.request = request` in a function: the place is of an object that a global holds.
  return context.model.function(write.function).owner != cell.owner;
}

void check_globals(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    const auto found = std::ranges::find_if(accesses, [&](const Access* write) {
      return is_in_module(context, write->range) && stores_request(context, *write) &&
             is_common_to_threads(context, *write) && !asks_first(body_of(context.model, *write), *write);
    });
    if (found == accesses.end()) continue;
    const Access& write = **found;
    const FunctionSymbol& function = context.model.function(write.function);
    const Access* const reader = find_reader(accesses, write);
    if (reader == nullptr || is_test_code(context, function)) continue;
    findings.push_back({.rule = &request_state_on_shared_object,
                        .severity = Severity::warning,
                        .effect = Effect::leak_between_requests,
                        .breaks_on = function.code->is_async ? BreaksOn::await : BreaksOn::every_build,
                        .range = write.range,
                        .message = fmt::format("`{}` is one for all threads: what is set here for one request can be "
                                               "read by another",
                                               context.model.name_of(CellId{i})),
                        .evidence = "what a module or class holds is shared by all threads",
                        .symbol = symbol_of(context, CellId{i}),
                        .interleaving = steps(context, write, *reader),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  check_receivers(context, findings);
  check_globals(context, findings);
}

}  // namespace

const Rule request_state_on_shared_object{
    .info = {.name = "request-state-on-shared-object",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "an object that serves all requests keeps something of one request",
             .why =
                 "A framework makes one middleware, one `ModelAdmin`, one WSGI handler, and calls it from all its "
                 "threads. What a method stores on `self` for its request is overwritten by the next request before "
                 "it is used, and one user sees another's data. The same goes for what a view stores in a global, or "
                 "in an attribute of a class or of an object that a global holds. Use a local variable, or store it "
                 "on the request. "
                 "Views are made for each request and are not reported.",
             .bad = R"py(class TimingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - self.started
        return response
)py",
             .good = R"py(class TimingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = now()
        response = self.get_response(request)
        response["X-Time"] = now() - started
        return response
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
