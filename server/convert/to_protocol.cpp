#include "server/convert/to_protocol.h"

#include <fmt/format.h>

#include <iterator>

#include "analysis/rules/registry.h"

namespace server {
namespace {

protocol::Position to_position(std::uint32_t offset, const analysis::SourceText& text, analysis::ColumnUnit unit) {
  const analysis::LineColumn place = text.locate(offset, unit);
  return {place.line, place.column};
}

protocol::DiagnosticSeverity to_severity(analysis::Severity severity) {
  switch (severity) {
    case analysis::Severity::error:
      return protocol::DiagnosticSeverity::error;
    case analysis::Severity::warning:
      return protocol::DiagnosticSeverity::warning;
    case analysis::Severity::information:
      return protocol::DiagnosticSeverity::information;
    case analysis::Severity::hint:
      return protocol::DiagnosticSeverity::hint;
  }
  return protocol::DiagnosticSeverity::warning;
}

struct StepPlace {
  const std::string& uri;
  const analysis::SourceText& text;
  analysis::TextRange range;
};

/// A step of a module that is gone is shown at the finding.
StepPlace place_of(const analysis::Step& step, const analysis::Finding& finding, const Document& document,
                   const analysis::ProjectIndex& project) {
  if (step.module.empty()) return {document.uri, *document.text(), step.range};
  const analysis::ProjectModule* const other = project.find(step.module);
  if (other == nullptr) return {document.uri, *document.text(), finding.range};
  return {other->path, *other->text(), step.range};
}

}  // namespace

protocol::Range to_range(analysis::TextRange range, const analysis::SourceText& text, analysis::ColumnUnit unit) {
  return {to_position(range.begin, text, unit), to_position(range.end, text, unit)};
}

std::string describe(const analysis::Step& step, std::size_t number) {
  const std::string cell = step.name.empty() ? "" : fmt::format(", `{}`", step.name);
  return fmt::format("{}. thread {}{}: {}", number, step.thread, cell, step.text);
}

protocol::Diagnostic to_diagnostic(const analysis::Finding& finding, const Document& document,
                                   const analysis::ProjectIndex& project, const Conversion& conversion) {
  const analysis::SourceText& text = *document.text();
  protocol::Diagnostic diagnostic{
      .range = to_range(finding.range, text, conversion.unit),
      .severity = to_severity(finding.severity),
      .code = std::string(finding.rule->info.name),
      .code_url = analysis::documentation_url(*finding.rule),
      .source = "threadlint",
      .message = finding.message,
      .is_unnecessary = conversion.capabilities.unnecessary_tag && finding.rule->info.name == "unused-suppression",
      .related = {},
      // As text: numbers of 64 bits do not survive clients written in JavaScript.
      .data = {{"fingerprint", fmt::format("{:016x}", finding.fingerprint)},
               {"effect", std::string(analysis::word(finding.effect))},
               {"breaksOn", std::string(analysis::word(finding.breaks_on))},
               {"evidence", finding.evidence}},
  };
  if (!finding.evidence.empty()) diagnostic.message += "\nevidence: " + finding.evidence;
  if (conversion.capabilities.related_information) diagnostic.related.reserve(finding.interleaving.size());
  for (std::size_t i = 0; i < finding.interleaving.size(); ++i) {
    const analysis::Step& step = finding.interleaving[i];
    const StepPlace place = place_of(step, finding, document, project);
    if (conversion.capabilities.related_information) {
      diagnostic.related.push_back(
          {{place.uri, to_range(place.range, place.text, conversion.unit)}, describe(step, i + 1)});
    } else {
      const std::string of = step.module.empty() ? "" : " of " + step.module;
      fmt::format_to(std::back_inserter(diagnostic.message), "\n{} (line {}{})", describe(step, i + 1),
                     place.text.row(place.range.begin), of);
    }
  }
  return diagnostic;
}

}  // namespace server
