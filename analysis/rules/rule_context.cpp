#include "analysis/rules/rule_context.h"

#include <algorithm>

#include "analysis/concurrency/evidence.h"

namespace analysis {
namespace {

Severity one_step_down(Severity severity) {
  return severity == Severity::error     ? Severity::warning
         : severity == Severity::warning ? Severity::information
                                         : Severity::hint;
}

/// Whether only an event loop's thread uses the attribute, as far as the module shows it.
bool is_confined_to_loop(const RuleContext& context, CellId id, FunctionId by) {
  const Cell& cell = context.model.cells.cell(id);
  if (cell.kind != CellKind::instance_attribute) return false;
  if (is_event_loop_module(context.module_name)) return true;
  if (!context.model.is_event_loop_code) return false;
  const ClassId caller = by ? context.model.function(by).owner : ClassId{};
  return !is_threaded_beside_loop(context.model, id, caller ? caller : cell.owner);
}

/// `is_confined`: only an event loop's thread uses it.
Weight weigh_sharing(const RuleContext& context, Sharing sharing, bool is_instance, bool is_confined,
                     SeverityScale scale) {
  if (sharing.pieces == 0) {
    // A suspicion is worth a hint where one piece of evidence is worth more than that.
    const bool is_reported = !sharing.evidence.empty() && scale.possible != Severity::hint &&
                             !context.model.is_event_loop_code && !is_event_loop_module(context.module_name);
    return {is_reported, Severity::hint, std::move(sharing.evidence)};
  }
  Weight weight;
  weight.is_reported = true;
  weight.evidence = std::move(sharing.evidence);
  weight.severity = sharing.is_certain ? scale.certain : 2 <= sharing.pieces ? scale.likely : scale.possible;
  // What a thread touches is not confined to the loop.
  if (is_confined && !sharing.is_on_thread) {
    weight.is_reported = weight.severity != Severity::hint;
    weight.severity = one_step_down(weight.severity);
  }
  if (context.settings.threads == ThreadsProfile::evidence && !is_instance) {
    const bool is_assumed = weight.evidence.find("shared by all threads") != std::string::npos ||
                            weight.evidence.find("for all threads") != std::string::npos;
    weight.is_reported = !is_assumed;
  }
  return weight;
}

}  // namespace

std::string symbol_of(const RuleContext& context, CellId id) {
  const SymbolTable& symbols = context.model.symbols;
  const Cell& cell = context.model.cells.cell(id);
  const std::string name = context.model.name_of(id);
  if (cell.owner) {
    const ModuleScope& module = symbols.module_of(symbols.function(symbols.class_of(cell.owner).parent));
    if (&module != &symbols.modules.front()) return module.name + "." + name;
  }
  const std::string_view root = symbols.names.text(cell.object ? cell.object : cell.name);
  return root.find(':') != std::string_view::npos ? name : context.module_name + "." + name;
}

ProgramPlace place_of(const RuleContext& context, TextRange range) {
  const auto after = std::ranges::upper_bound(context.program.modules, range.begin, {}, &Program::Module::begin);
  if (after == context.program.modules.begin() + 1) return {{}, context.text, range};
  const Program::Module& module = *std::prev(after);
  const ProjectModule* const other = context.project.find(module.name);
  return {module.name, *other->text(), {range.begin - module.begin, range.end - module.begin}};
}

bool is_in_module(const RuleContext& context, TextRange range) {
  return context.program.modules.size() == 1 || range.begin < context.program.modules[1].begin;
}

TextRange reported_range(const RuleContext& context, const Trace& trace, const Access& access) {
  if (is_in_module(context, access.range)) return access.range;
  const SymbolTable& symbols = context.model.symbols;
  const Cell& cell = context.model.cells.cell(access.cell);
  const Name root = cell.object ? cell.object : cell.name;
  const bool is_ours =
      cell.owner
          ? is_in_module(
                context,
                symbols.function(symbols.class_of(cell.owner).body).absolute(symbols.class_of(cell.owner).code->range))
          : symbols.names.text(root).find(':') == std::string_view::npos;
  if (!is_ours) return access.range;
  for (ContextId at = access.context; at; at = trace.contexts[at.index].parent) {
    const Context& call = trace.contexts[at.index];
    if (call.kind != Context::Kind::call || !call.parent) continue;
    const FunctionId caller = trace.contexts[call.parent.index].function;
    const TextRange range = symbols.function(caller).absolute(call.op->range);
    if (is_in_module(context, range)) return range;
  }
  return access.range;
}

std::string_view text_of(const RuleContext& context, TextRange range) {
  const ProgramPlace place = place_of(context, range);
  return place.text.slice(place.range);
}

std::string line_of(const RuleContext& context, std::uint32_t offset) {
  const ProgramPlace place = place_of(context, {offset, offset});
  std::string line = "line " + std::to_string(place.text.row(place.range.begin));
  if (!place.module.empty()) line += " of `" + std::string(place.module) + "`";
  return line;
}

std::string quoted(const RuleContext& context, TextRange range) {
  constexpr std::size_t longest = 60;
  std::string_view text = text_of(context, range);
  const std::size_t line_end = text.find_first_of("\r\n");
  const bool is_cut = line_end != std::string_view::npos || longest < text.size();
  text = text.substr(0, std::min(line_end, longest));
  // Not in the middle of a character.
  while (is_cut && line_end == std::string_view::npos && !text.empty() &&
         (static_cast<unsigned char>(text.back()) & 0x80) != 0) {
    text.remove_suffix(1);
  }
  return "`" + std::string(text) + (is_cut ? " …`" : "`");
}

Weight weigh(const RuleContext& context, CellId cell, SeverityScale scale, FunctionId by) {
  const bool is_instance = context.model.cells.cell(cell).kind == CellKind::instance_attribute;
  return weigh_sharing(context, sharing_of(context.model, cell, by), is_instance,
                       is_confined_to_loop(context, cell, by), scale);
}

Weight weigh_objects(const RuleContext& context, ClassId of, SeverityScale scale) {
  const bool is_confined = context.model.is_event_loop_code || is_event_loop_module(context.module_name);
  return weigh_sharing(context, sharing_of_objects(context.model, of), true, is_confined, scale);
}

}  // namespace analysis
