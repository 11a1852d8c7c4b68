// The findings as JSON, for programs: design.md §3.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/rules/registry.h"
#include "server/check/reporter.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

Json location(const analysis::SourceText& text, std::uint32_t offset) {
  const analysis::LineColumn place = text.locate(offset, analysis::ColumnUnit::utf32);
  return {{"row", place.line + 1}, {"column", place.column + 1}};
}

Json step_as_json(const Report& report, const CheckedFile& file, const analysis::Step& step, std::size_t number) {
  const CheckedFile& home = file_of(report, file, step);
  return {{"step", number},
          {"thread", step.thread},
          {"function", step.function},
          {"access", word(step.access)},
          {"name", step.name},
          {"text", step.text},
          {"filename", home.path},
          {"location", location(*home.text, step.range.begin)},
          {"end_location", location(*home.text, step.range.end)}};
}

Json fix_as_json(const CheckedFile& file, const analysis::Fix& fix) {
  Json edits = Json::array();
  for (const analysis::TextEdit& edit : fix.edits) {
    edits.push_back({{"filename", file.path},
                     {"location", location(*file.text, edit.range.begin)},
                     {"end_location", location(*file.text, edit.range.end)},
                     {"content", edit.replacement}});
  }
  Json result{{"title", fix.title},
              {"applicability", word(fix.applicability)},
              {"preferred", fix.is_preferred},
              {"edits", std::move(edits)}};
  if (!fix.disabled_reason.empty()) result["disabled_reason"] = fix.disabled_reason;
  return result;
}

Json finding_as_json(const Report& report, const CheckedFile& file, const analysis::Finding& finding) {
  Json interleaving = Json::array();
  for (const analysis::Step& step : finding.interleaving) {
    interleaving.push_back(step_as_json(report, file, step, interleaving.size() + 1));
  }
  Json fixes = Json::array();
  for (const analysis::Fix& fix : finding.fixes) fixes.push_back(fix_as_json(file, fix));
  return {{"rule", finding.rule->info.name},
          {"severity", word(finding.severity)},
          {"effect", word(finding.effect)},
          {"breaks_on", word(finding.breaks_on)},
          {"message", finding.message},
          {"evidence", finding.evidence},
          {"symbol", finding.symbol},
          {"filename", file.path},
          {"location", location(*file.text, finding.range.begin)},
          {"end_location", location(*file.text, finding.range.end)},
          {"interleaving", std::move(interleaving)},
          {"fixes", std::move(fixes)},
          {"fingerprint", fmt::format("{:016x}", finding.fingerprint)},
          {"url", documentation_url(*finding.rule)}};
}

}  // namespace

std::string json_report(const Report& report, const TextStyle& /*style*/) {
  Json errors = Json::array();
  for (const FileError& error : report.errors) {
    errors.push_back({{"filename", error.path}, {"message", error.message}});
  }
  Json findings = Json::array();
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) findings.push_back(finding_as_json(report, file, finding));
  }
  const Json document{
      {"version", 1}, {"files", report.files.size()}, {"errors", std::move(errors)}, {"findings", std::move(findings)}};
  // Paths and source text may be no UTF-8.
  return document.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace server
