#include "analysis/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "analysis/concurrency/shared_state.h"

namespace analysis {
namespace {

std::string_view word(AccessKind kind) {
  static constexpr auto words =
      std::to_array<std::string_view>({"read", "rebind", "unbind", "mutate", "item write", "item delete",
                                       "attribute write", "call on", "iterate", "test", "escape", "return"});
  return words.at(static_cast<std::size_t>(kind));
}

std::string_view word(CellKind kind) {
  static constexpr auto words =
      std::to_array<std::string_view>({"global", "class attribute", "instance attribute", "object attribute"});
  return words.at(static_cast<std::size_t>(kind));
}

std::string_view word(ir::FunctionKind kind) {
  static constexpr auto words = std::to_array<std::string_view>({"module", "class", "function", "lambda"});
  return words.at(static_cast<std::size_t>(kind));
}

std::string title(const FunctionSymbol& function) {
  return function.qualified_name.empty() ? std::string("module level") : function.qualified_name;
}

std::string locks_text(const ConcurrencyModel& model, const LockSet& locks) {
  std::string text;
  for (const LockId lock : locks.locks()) text += (text.empty() ? "" : ", ") + model.locks.name(lock);
  return text.empty() ? text : " holding " + text;
}

std::string names_of(const ConcurrencyModel& model, const std::vector<CellId>& cells) {
  std::vector<std::string> names;
  for (const CellId cell : cells) names.push_back(model.name_of(cell));
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "-" : text;
}

}  // namespace

std::string show_symbols(const ModuleFacts& module) {
  const auto model = build_model(program_of(module.statements));
  std::string out;
  for (const FunctionSymbol& function : model->symbols.functions) {
    if (function.code->kind == ir::FunctionKind::module) continue;
    out += fmt::format("{} {} line {}", word(function.code->kind), title(function),
                       module.text->row(function.absolute(function.code->range).begin));
    std::string locals;
    for (const Name name : function.locals) locals += " " + std::string(model->symbols.names.text(name));
    out += locals.empty() ? "\n" : ":" + locals + "\n";
  }
  for (const Name name : model->symbols.globals) {
    const auto& bindings = model->cells.bindings_of(name);
    out += fmt::format("global {}: bound {} time{}\n", model->symbols.names.text(name), bindings.size(),
                       bindings.size() == 1 ? "" : "s");
  }
  return out;
}

std::string show_accesses(const ModuleFacts& module) {
  const auto model = build_model(program_of(module.statements));
  std::string out;
  for (const Trace& body : model->bodies) {
    if (body.accesses.empty()) continue;
    out += title(model->function(body.root)) + "\n";
    for (const Access& access : body.accesses) {
      out += fmt::format("  {}: {} {} {}{}\n", module.text->row(access.range.begin), word(access.kind),
                         word(model->cells.cell(access.cell).kind), model->name_of(access.cell),
                         locks_text(*model, access.locks));
    }
    for (const Guard& guard : body.guards) {
      out += fmt::format("  {}: guards what runs when {} is unset{}\n", module.text->row(guard.test.begin),
                         model->name_of(guard.part.cell), locks_text(*model, guard.locks));
    }
  }
  return out;
}

std::string show_effects(const ModuleFacts& module) {
  const auto model = build_model(program_of(module.statements));
  static constexpr auto phases = std::to_array<std::string_view>({"import", "setup", "run"});
  std::string out;
  for (std::uint32_t i = 0; i < model->functions.size(); ++i) {
    const FunctionFacts& function = model->functions[i];
    if (function.reads.empty() && function.writes.empty()) continue;
    const Phase phase = phase_of(*model, FunctionId{i});
    out += fmt::format("{}\n  phase {}\n  tests {}\n  reads {}\n  writes {}\n", title(model->symbols.functions[i]),
                       phases.at(static_cast<std::size_t>(phase)), names_of(*model, function.tests),
                       names_of(*model, function.reads), names_of(*model, function.writes));
    if (!function.entry_locks.empty()) out += "  called" + locks_text(*model, function.entry_locks) + "\n";
  }
  return out;
}

}  // namespace analysis
