// Finds containers of class bodies that methods change as if each object had its own.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/conflict.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule mutable_class_attribute;

namespace {

/// Whether the class body makes the container, and nothing else binds the attribute.
bool is_made_in_body(const RuleContext& context, CellId cell) {
  const auto& bindings = bindings_of(context.model, cell);
  return !bindings.empty() && std::ranges::all_of(bindings, [&](const CellTable::Binding& binding) {
    const FunctionSymbol& function = context.model.function(binding.function);
    if (function.code->kind != ir::FunctionKind::class_body || !binding.op->value) return false;
    const ir::Value& value = function.facts->values[binding.op->value.index];
    const ContainerType made = container_made_by(maker_of(context.model, binding));
    return value.kind == ir::ValueKind::list || value.kind == ir::ValueKind::dict || value.kind == ir::ValueKind::set ||
           (made != ContainerType::none && made != ContainerType::tuple);
  });
}

bool changes_container(const Access& access) {
  return is_write(access.kind) && access.kind != AccessKind::rebind && access.kind != AccessKind::unbind;
}

/// A method of objects. What takes `cls` may be made a class method further down: `add = classmethod(add)`.
bool is_instance_method(const RuleContext& context, const FunctionSymbol& function) {
  return function.receiver == Receiver::instance && context.model.symbols.names.text(function.receiver_name) != "cls";
}

/// `self.rows.append(…)`, where the reader takes `rows` for the object's own; not `Class.rows` or
/// `self.__class__.rows`.
bool is_through_instance(const RuleContext& context, const Access& access) {
  const FunctionSymbol& function = context.model.function(access.function);
  if (!is_instance_method(context, function)) return false;
  const std::string path = std::string(context.model.symbols.names.text(function.receiver_name)) + "." +
                           std::string(context.model.symbols.names.text(context.model.cells.cell(access.cell).name));
  return text_of(context, access.range).find(path) != std::string_view::npos;
}

/// Names of what is meant to be one for all.
bool says_it_is_shared(std::string_view name) {
  std::string word(name);
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static constexpr std::array parts{"registr", "cache", "pool", "instance", "known", "shared", "global", "memo"};
  return std::ranges::any_of(parts, [&](const char* part) { return word.find(part) != std::string::npos; });
}

/// What shows another object's change best: who goes through it or hands it out.
const Access* find_reader(const std::vector<const Access*>& accesses) {
  const auto weight = [](const Access& access) {
    if (access.kind == AccessKind::give_back) return 3;
    if (access.kind == AccessKind::iterate) return 2;
    return is_write(access.kind) ? 0 : 1;
  };
  return *std::ranges::max_element(accesses, {}, [&](const Access* access) { return weight(*access); });
}

/// Whether every access puts something in, and nobody else is meant to look: what is there makes no difference.
bool is_never_asked(std::string_view name, const std::vector<const Access*>& accesses) {
  return name.starts_with('_') && !name.ends_with("__") && std::ranges::all_of(accesses, [](const Access* access) {
           return is_write(access->kind) && access->mutation != Mutation::remove;
         });
}

std::vector<Step> steps(const RuleContext& context, const Access& change, const Access& reader) {
  const CellPart part{change.cell, {}};
  return {
      make_step(context, 1, step_access(change), change.function, part, "changes it, for the object that it works on",
                change.range),
      make_step(context, 2, step_access(reader), reader.function, part,
                "finds what thread 1 did there, in another object: there is one for the whole class", reader.range)};
}

/// Where the class body makes the container, for there it is mended; in another module's class where it is changed.
TextRange making_or_change(const RuleContext& context, const Access& change) {
  for (const CellTable::Binding& made : bindings_of(context.model, change.cell)) {
    const FunctionSymbol& body = context.model.function(made.function);
    const TextRange range = body.absolute(made.op->range);
    if (body.code->kind == ir::FunctionKind::class_body && is_in_module(context, range)) return range;
  }
  return change.range;
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const auto& accesses = context.accesses[i];
    if (accesses.empty() || context.model.cells.cell(CellId{i}).kind != CellKind::class_attribute) continue;
    const auto is_unlocked_change = [&](const Access* access) {
      return changes_container(*access) && access->locks.empty() && is_in_module(context, access->range);
    };
    auto change = std::ranges::find_if(accesses, [&](const Access* access) {
      return is_unlocked_change(access) && is_through_instance(context, *access);
    });
    const bool is_hidden = change != accesses.end();
    if (!is_hidden) {
      // What a class method does to its class is done on purpose.
      change = std::ranges::find_if(accesses, [&](const Access* access) {
        return is_unlocked_change(access) && is_instance_method(context, context.model.function(access->function));
      });
    }
    if (change == accesses.end() || !is_made_in_body(context, CellId{i})) continue;
    const std::string_view name = context.model.symbols.names.text(context.model.cells.cell(CellId{i}).name);
    if (is_never_asked(name, accesses)) continue;
    const Severity severity = is_hidden && !says_it_is_shared(name) ? Severity::warning : Severity::information;
    Weight weight = weigh(context, CellId{i}, {severity, severity, severity}, (*change)->function);
    if (!weight.is_reported) continue;
    const FunctionSymbol& method = context.model.function((*change)->function);
    const Access& reader = *find_reader(accesses);
    const bool reads_on = reader.function == (*change)->function && (*change)->range.end <= reader.range.begin;
    findings.push_back({.rule = &mutable_class_attribute,
                        .severity = weight.severity,
                        .effect = Effect::leak_between_requests,
                        .breaks_on = reads_on ? breaks_between(context.model, reader.function, (*change)->range.end,
                                                               reader.range.begin)
                                              : BreaksOn::every_build,
                        .range = making_or_change(context, **change),
                        .message = fmt::format("`{}` is one object for all instances and threads, and `{}` changes it",
                                               context.model.name_of(CellId{i}), method.qualified_name),
                        .evidence = std::move(weight.evidence),
                        .symbol = symbol_of(context, CellId{i}),
                        .interleaving = steps(context, **change, reader),
                        .fixes = {},
                        .fingerprint = 0});
  }
}

}  // namespace

const Rule mutable_class_attribute{
    .info = {.name = "mutable-class-attribute",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a method changes a container that the class body made for all objects",
             .why =
                 "A list, dictionary or set in a class body is made once. `self.rows.append(x)` changes it for every "
                 "object of the class in every thread, and what one request puts there is found by the next. Make "
                 "it in `__init__`. Where it is meant to be shared, say so by the class name or `cls`, which is "
                 "information only, and hold a lock.",
             .bad = R"py(class Batch:
    rows = []

    def add(self, row):
        self.rows.append(row)
)py",
             .good = R"py(class Batch:
    def __init__(self):
        self.rows = []

    def add(self, row):
        self.rows.append(row)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
