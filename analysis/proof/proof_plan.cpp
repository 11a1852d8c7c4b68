#include "analysis/proof/proof_plan.h"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/proof/call_text.h"

namespace analysis {
namespace {

/// The innermost function around a range of the program; none: module level.
FunctionId function_around(const RuleContext& context, TextRange range) {
  FunctionId found;
  std::uint32_t size = 0;
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = context.model.symbols.functions[i];
    const TextRange whole = function.absolute(function.code->range);
    if (function.code->kind != ir::FunctionKind::function || !whole.contains(range)) continue;
    if (found && size <= whole.size()) continue;
    found = FunctionId{i};
    size = whole.size();
  }
  return found;
}

bool leads_to(const ConcurrencyModel& model, FunctionId from, FunctionId to) {
  std::vector<FunctionId> open{to};
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (open[i] == from) return true;
    for (const FunctionId caller : model.functions[open[i].index].callers) {
      if (std::ranges::find(open, caller) == open.end()) open.push_back(caller);
    }
  }
  return false;
}

/// What a thread calls so that it comes to all of its steps: of their functions the one that calls the others, else the
/// one that the finding is in.
FunctionId entry_of(const ConcurrencyModel& model, const std::vector<FunctionId>& functions, FunctionId reported) {
  for (const FunctionId candidate : functions) {
    const bool is_outermost =
        std::ranges::all_of(functions, [&](FunctionId other) { return leads_to(model, candidate, other); });
    if (is_outermost) return candidate;
  }
  return std::ranges::find(functions, reported) == functions.end() ? functions.front() : reported;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t first = std::min(line.find_first_not_of(" \t\f"), line.size());
  line.remove_prefix(first);
  return line.substr(0, line.find_last_not_of(" \t\f\r\n") + 1);
}

/// Where a step is, in the text of its module. The function's part of the text tells equal lines apart.
void place_step(const SourceText& text, TextRange range, TextRange function, ReplayStep& step) {
  const LineIndex& lines = text.lines();
  const std::uint32_t row = lines.line_of(range.begin);
  const auto line = [&](std::uint32_t number) { return trimmed(text.slice(lines.line_range(text.bytes(), number))); };
  step.line = line(row);
  for (std::uint32_t i = lines.line_of(function.begin); i < row; ++i) step.nth += line(i) == step.line ? 1 : 0;
}

/// What the replay waits for. In `return X[key].a`, it is the look-up that may fail before anything is returned.
StepAccess access_at(const Step& step, std::string_view line) {
  const std::string look_up = step.name.substr(step.name.rfind('.') + 1) + '[';
  return step.access == StepAccess::return_ && line.find(look_up) != std::string_view::npos ? StepAccess::item_read
                                                                                            : step.access;
}

/// Where a step's module begins in the program; nothing when it is not part of it.
std::optional<std::uint32_t> begin_of(const RuleContext& context, const Step& step) {
  if (step.module.empty()) return 0;
  const auto module = std::ranges::find(context.program.modules, step.module, &Program::Module::name);
  return module == context.program.modules.end() ? std::nullopt : std::optional(module->begin);
}

bool is_of_objects(const RuleContext& context, const std::string& symbol) {
  for (std::uint32_t i = 0; i < context.model.cells.size(); ++i) {
    const bool is_of_object = context.model.cells.cell(CellId{i}).kind == CellKind::instance_attribute;
    if (is_of_object && symbol_of(context, CellId{i}) == symbol) return true;
  }
  return false;
}

/// Whether the object that the method is called on is one that the module, or the setup, makes.
bool is_called_on_own_object(const RuleContext& context, FunctionId entry) {
  const FunctionSymbol& function = context.model.function(entry);
  return function.owner && function.receiver == Receiver::instance;
}

/// What stands for a call that begins in another module than the one that is imported.
CallText foreign_call(const RuleContext& context, FunctionId entry, const std::string& module) {
  const FunctionSymbol& function = context.model.function(entry);
  return {.module = module,
          .setup = {},
          .code = "...",
          .missing = "a call that leads to `" + context.model.symbols.module_of(function).name + '.' +
                     function.qualified_name + '`'};
}

}  // namespace

ProofPlan plan_proof(const RuleContext& context, const Finding& finding) {
  ProofPlan plan{.module = context.module_name, .is_module_enough = true, .setup = {}, .calls = {}, .steps = {}};
  std::map<int, std::vector<FunctionId>> functions;  // of each thread, in the order of its steps
  for (const Step& step : finding.interleaving) {
    ReplayStep replay{.thread = step.thread,
                      .module = step.module.empty() ? context.module_name : step.module,
                      .function = step.function.empty() ? "<module>" : step.function,
                      .line = {},
                      .access = step.access,
                      .name = step.name,
                      .text = step.text};
    if (const auto begin = begin_of(context, step)) {
      const FunctionId id = function_around(context, shifted(step.range, *begin));
      if (id) functions[step.thread].push_back(id);
      const TextRange function =
          id ? context.model.function(id).absolute(context.model.function(id).code->range) : TextRange{*begin, *begin};
      place_step(place_of(context, function).text, step.range, place_of(context, function).range, replay);
      replay.access = access_at(step, replay.line);
    }
    plan.steps.push_back(std::move(replay));
  }
  const bool is_about_objects = is_of_objects(context, finding.symbol);
  for (const auto& [thread, visited] : functions) {
    const FunctionId entry = entry_of(context.model, visited, function_around(context, finding.range));
    if (!is_about_objects || !is_called_on_own_object(context, entry)) plan.is_module_enough = false;
    CallText call = call_text(context, entry);
    if (plan.calls.empty()) plan.module = call.module;
    if (call.module != plan.module) call = foreign_call(context, entry, plan.module);
    if (plan.setup.empty()) plan.setup = std::move(call.setup);
    plan.calls.push_back({thread, std::move(call.code), std::move(call.missing)});
  }
  if (std::ranges::all_of(plan.steps, [&](const ReplayStep& step) { return step.module == plan.module; }))
    plan.is_module_enough = true;
  return plan;
}

}  // namespace analysis
