#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

Severity one_step_down(Severity severity) {
  return severity == Severity::error     ? Severity::warning
         : severity == Severity::warning ? Severity::information
                                         : Severity::hint;
}

}  // namespace

std::string symbol_of(const RuleContext& context, CellId cell) {
  return context.module_name + "." + context.model.name_of(cell);
}

std::string quoted(const RuleContext& context, TextRange range) {
  constexpr std::size_t longest = 60;
  std::string_view text = context.text.slice(range);
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

Weight weigh(const RuleContext& context, CellId cell, SeverityScale scale) {
  Sharing sharing = sharing_of(context.model, cell);
  if (sharing.pieces == 0) return {};
  Weight weight;
  weight.is_reported = true;
  weight.evidence = std::move(sharing.evidence);
  weight.severity = sharing.is_certain ? scale.certain : 2 <= sharing.pieces ? scale.likely : scale.possible;
  const bool is_instance = context.model.cells.cell(cell).kind == CellKind::instance_attribute;
  if (is_instance && (is_event_loop_code(context.model) || is_event_loop_module(context.module_name))) {
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

}  // namespace analysis
