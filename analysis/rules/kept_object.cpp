#include "analysis/rules/kept_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/own_methods.h"
#include "analysis/semantics/framework_knowledge.h"

namespace analysis {
namespace {

/// The class and all that it derives from, by name, known or not.
std::vector<std::string_view> names_in_line(const SymbolTable& symbols, const std::vector<ClassId>& line) {
  std::vector<std::string_view> names;
  for (const ClassId id : line) {
    names.emplace_back(symbols.class_of(id).name);
    for (const std::string& base : symbols.class_of(id).base_names) names.emplace_back(base);
  }
  return names;
}

/// The top-level packages that the program imports.
std::vector<std::string_view> packages_of(const SymbolTable& symbols) {
  std::vector<std::string_view> packages;
  for (const FunctionSymbol& function : symbols.functions) {
    if (function.code->kind != ir::FunctionKind::module) continue;
    for (const ir::Import& import : function.facts->imports) {
      const std::string_view module = symbols.text(function, import.module);
      packages.push_back(module.substr(0, module.find('.')));
    }
  }
  return packages;
}

bool is_called_by_framework(const SymbolTable& symbols, const std::vector<std::string_view>& classes,
                            FunctionId method) {
  const FunctionSymbol& function = symbols.function(method);
  if (function.receiver != Receiver::instance) return false;
  std::vector<std::string_view> parameters;
  for (const ir::Parameter& parameter : function.code->parameters) {
    parameters.push_back(symbols.text(function, parameter.name));
  }
  if (parameters.empty()) return false;
  const MethodShape shape{symbols.text(function, function.code->name), std::span(parameters).subspan(1)};
  if (is_called_on_shared(shape)) return true;
  const std::vector<std::string_view> packages = packages_of(symbols);
  return std::ranges::any_of(classes,
                             [&](std::string_view name) { return is_called_on_shared(name, shape, packages); });
}

/// The method of the class, called by a framework on a shared object, that leads to `method`; none if there is none.
FunctionId framework_entry(const ConcurrencyModel& model, const std::vector<ClassId>& line,
                           const std::vector<std::string_view>& names, FunctionId method) {
  for (const ClassId id : line) {
    for (const FunctionId entry : model.symbols.class_of(id).methods) {
      if (!is_called_by_framework(model.symbols, names, entry)) continue;
      const std::vector<FunctionId> run = with_own_callees(model, line, entry);
      if (std::ranges::find(run, method) != run.end()) return entry;
    }
  }
  return {};
}

/// The attribute in which another class keeps an object of this class from its construction on; none if there is none.
CellId keeper_of(const ConcurrencyModel& model, ClassId kept) {
  for (std::uint32_t i = 0; i < model.cells.size(); ++i) {
    const Cell& cell = model.cells.cell(CellId{i});
    if (cell.kind != CellKind::instance_attribute || !cell.owner || cell.owner == kept) continue;
    const auto& bindings = model.cells.bindings_of_attribute(cell.owner, cell.name);
    const bool holds = std::ranges::any_of(bindings, [&](const CellTable::Binding& binding) {
      const FunctionFacts& maker = model.functions[binding.function.index];
      const TextRange range = model.function(binding.function).absolute(binding.op->range);
      return maker.is_construction && std::ranges::any_of(maker.calls, [&](const CallSite& site) {
               return site.constructed == kept && range.contains(site.range);
             });
    });
    if (holds) return CellId{i};
  }
  return {};
}

}  // namespace

KeptObject kept_object_of(const RuleContext& context, CellId cell, FunctionId method) {
  const ConcurrencyModel& model = context.model;
  const ClassId owner = model.function(method).owner;
  if (!owner) return {};
  const std::vector<ClassId>& line = model.symbols.class_of(owner).line;
  const std::vector<std::string_view> names = names_in_line(model.symbols, line);
  if (std::ranges::any_of(names, is_made_per_request)) return {};
  const bool is_confined = model.is_event_loop_code || is_event_loop_module(context.module_name);
  const std::string& name = model.symbols.class_of(owner).name;
  if (const FunctionId entry = framework_entry(model, line, names, method)) {
    return {
        true, true, is_confined ? Severity::information : Severity::warning,
        fmt::format("a framework calls `{}` of one object in all its threads", model.function(entry).qualified_name)};
  }
  // The methods of a thread object run on that thread, as a rule.
  if (is_confined || std::ranges::any_of(names, is_thread_class)) return {};
  Sharing sharing = sharing_of(model, cell, method);
  if (0 < sharing.pieces) return {true, false, Severity::information, std::move(sharing.evidence)};
  if (outlives_calls(name)) {
    return {true, false, Severity::information,
            fmt::format("`{}` is named like an object that is kept for many calls", name)};
  }
  if (const CellId keeper = keeper_of(model, owner)) {
    return {true, false, Severity::information,
            fmt::format("`{}` keeps one `{}` for all calls", model.name_of(keeper), name)};
  }
  if (!is_named_for_work(name)) return {};
  return {true, false, Severity::hint, fmt::format("`{}` is named for its work, which may be wanted by several", name)};
}

}  // namespace analysis
