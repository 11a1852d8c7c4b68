// Finds methods that store what belongs to one object or request on its class.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

extern const Rule class_attribute_written_at_runtime;

namespace {

bool is_parameter(const RuleContext& context, const FunctionSymbol& function, Name name) {
  return std::ranges::any_of(function.code->parameters, [&](const ir::Parameter& parameter) {
    return parameter.name && context.model.symbols.name(function, parameter.name) == name;
  });
}

/// Whether code in the range mentions a parameter of the function, its own object included: what it stores then differs
/// from call to call.
bool depends_on_call(const RuleContext& context, const FunctionSymbol& function, TextRange value) {
  return std::ranges::any_of(function.code->ops, [&](const ir::Op& op) {
    if (op.kind != ir::OpKind::read && op.kind != ir::OpKind::call) return false;
    if (!value.contains(function.absolute(op.range))) return false;
    const ir::PlaceId id = op.kind == ir::OpKind::read ? op.place : function.facts->calls[op.call.index].callee;
    if (!id) return false;
    const ir::Place& place = function.facts->places[id.index];
    if (!place.root) return false;
    const Name root = context.model.symbols.name(function, place.root);
    // The class of the object is the same for every call.
    const bool is_class =
        0 < place.segment_count &&
        context.model.symbols.text(function, function.facts->segments[place.first_segment].name) == "__class__";
    return !is_class && is_parameter(context, function, root);
  });
}

Finding make_finding(const RuleContext& context, FunctionId function, TextRange range, std::string name,
                     std::optional<TextRange> reader, Weight weight) {
  std::vector<Step> steps{
      make_step(context, 1, StepAccess::write, function, name, "stores what belongs to its call on the class", range),
      make_step(context, 2, StepAccess::write, function, name, "stores its own over it: the class is the same", range)};
  if (reader)
    steps.push_back(make_step(context, 1, StepAccess::read, function, name, "gets what thread 2 stored", *reader));
  return {.rule = &class_attribute_written_at_runtime,
          .severity = weight.severity,
          .effect = Effect::leak_between_requests,
          .breaks_on = BreaksOn::every_build,
          .range = range,
          .message = fmt::format("assigning `{}` changes it for every instance in every thread", name),
          .evidence = std::move(weight.evidence),
          .symbol = context.module_name + "." + name,
          .interleaving = std::move(steps),
          .fixes = {},
          .fingerprint = 0};
}

/// `request.__class__.user = …`: the class of an object that came in from outside.
void check_foreign_classes(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = context.model.symbols.functions[i];
    if (function.code->kind != ir::FunctionKind::function) continue;
    if (!is_in_module(context, function.absolute(function.code->range))) continue;
    for (const ir::Op& op : function.code->ops) {
      if (op.kind != ir::OpKind::bind || !op.place || !op.value) continue;
      const ir::Place& place = function.facts->places[op.place.index];
      if (!place.root || place.segment_count != 2) continue;
      const Name root = context.model.symbols.name(function, place.root);
      if (context.model.symbols.text(function, function.facts->segments[place.first_segment].name) != "__class__")
        continue;
      const bool is_receiver = function.receiver != Receiver::none && root == function.receiver_name;
      if (is_receiver || !is_parameter(context, function, root) || phase_of(context.model, FunctionId{i}) != Phase::run)
        continue;
      const std::string name = std::string(context.model.symbols.names.text(root)) + ".__class__." +
                               std::string(last_name(*function.facts, place));
      const std::string_view object = context.model.symbols.names.text(root);
      if (object.find("mock") != std::string_view::npos) continue;  // each has a class of its own
      const bool is_request = object == "request" || object == "req";
      Weight weight{true, is_request ? Severity::error : Severity::warning, "classes are shared by all threads"};
      findings.push_back(
          make_finding(context, FunctionId{i}, function.absolute(op.range), name, {}, std::move(weight)));
    }
  }
}

const Access* find_reader(const std::vector<const Access*>& accesses, const Access& write) {
  const Access* found = nullptr;
  for (const Access* access : accesses) {
    if (is_write(access->kind) || access->kind == AccessKind::test) continue;
    const bool is_later = access->function == write.function && write.range.end <= access->range.begin;
    if (is_later) return access;
    if (found == nullptr && access->function != write.function) found = access;
  }
  return found;
}

void check_own_classes(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    if (accesses.empty() || context.model.cells.cell(CellId{i}).kind != CellKind::class_attribute) continue;
    for (const Access* access : accesses) {
      if (access->kind != AccessKind::rebind || access->is_update || !access->locks.empty()) continue;
      if (!is_in_module(context, access->range)) continue;
      const FunctionSymbol& function = context.model.function(access->function);
      // A method of the class sets the class up, on purpose; one of an instance speaks for the instance.
      if (function.receiver != Receiver::instance || access->value == nullptr) continue;
      if (!depends_on_call(context, function, function.absolute(access->value->range))) continue;
      if (asks_first(body_of(context.model, *access), *access)) continue;
      const Access* reader = find_reader(accesses, *access);
      if (reader == nullptr) continue;
      Weight weight = weigh(context, CellId{i}, {Severity::warning, Severity::warning, Severity::warning});
      if (!weight.is_reported) continue;
      Finding finding = make_finding(context, access->function, access->range, context.model.name_of(CellId{i}),
                                     reader->range, std::move(weight));
      finding.interleaving.back().function = context.model.function(reader->function).qualified_name;
      if (reader->function == access->function)
        finding.breaks_on = breaks_between(context.model, access->function, access->range.end, reader->range.begin);
      findings.push_back(std::move(finding));
      break;
    }
  }
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  check_foreign_classes(context, findings);
  check_own_classes(context, findings);
}

}  // namespace

const Rule class_attribute_written_at_runtime{
    .info = {.name = "class-attribute-written-at-runtime",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "what belongs to one object or request is stored on its class",
             .why = "`request.__class__.user = …` and `type(self).x = …` set an attribute of the class: for every "
                    "instance, in every thread. Between the assignment and the use another thread stores its own. "
                    "Store it on the instance; where the class must be asked, use a context variable. Class methods "
                    "that configure the class, and attributes that are set once, after asking whether they are, are "
                    "not reported.",
             .bad = R"py(class AuthenticationMiddleware:
    def process_request(self, request):
        request.__class__.user = LazyUser(request)
)py",
             .good = R"py(class AuthenticationMiddleware:
    def process_request(self, request):
        request.user = LazyUser(request)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
