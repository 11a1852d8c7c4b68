#include "tests/support/fake_analysis.h"

namespace tests {

using analysis::Finding;
using analysis::Fix;
using analysis::ModuleFacts;
using analysis::StepAccess;
using analysis::TextRange;

const analysis::Rule word_rule{.info = {.name = "incomplete-initialization", .repair = "Writes another word."},
                               .check = nullptr};

namespace {

constexpr std::string_view word = "BUG";

ModuleFacts examine(std::string name, std::shared_ptr<const analysis::SourceText> text) {
  auto summary = std::make_shared<analysis::ModuleSummary>();
  summary->name = name;
  return {.name = std::move(name), .text = std::move(text), .tree = nullptr, .statements = {}, .summary = summary};
}

analysis::Step step(int thread, StepAccess access, const char* text, TextRange range) {
  return {
      .thread = thread, .access = access, .function = "", .name = "BUG", .text = text, .module = "", .range = range};
}

std::vector<Finding> find_words(const ModuleFacts& module) {
  std::vector<Finding> findings;
  const std::string_view text = module.text->bytes();
  const TextRange first_line = module.text->lines().line_range(text, 0);
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) {
    const auto begin = static_cast<std::uint32_t>(at);
    Finding& finding = findings.emplace_back();
    finding.rule = &word_rule;
    finding.severity = analysis::Severity::error;
    finding.range = {begin, begin + static_cast<std::uint32_t>(word.size())};
    finding.message = "the word `BUG`";
    finding.fingerprint = 0xFFFF'FFFF'0000'0000U + begin;
    finding.interleaving = {step(1, StepAccess::test, "finds it empty", first_line),
                            step(2, StepAccess::return_, "half of it", finding.range)};
  }
  return findings;
}

std::vector<Fix> fixes_of(const Finding& finding) {
  return {{.title = "write `FIX`",
           .applicability = analysis::Applicability::safe,
           .is_preferred = true,
           .edits = {{finding.range, "FIX"}},
           .disabled_reason = ""},
          {.title = "write nothing",
           .applicability = analysis::Applicability::review,
           .is_preferred = false,
           .edits = {},
           .disabled_reason = "nothing is not a word"}};
}

/// Neither comments nor refactorings.
analysis::RepairOffer offer(const std::vector<Finding>& findings, const analysis::RepairRequest& request) {
  analysis::RepairOffer offer;
  for (const Finding& finding : findings) {
    if (finding.range.end < request.range.begin || request.range.end < finding.range.begin) continue;
    offer.findings.push_back(finding);
    if (request.wants_fixes) offer.findings.back().fixes = fixes_of(finding);
  }
  return offer;
}

analysis::RepairedText repair(ModuleFacts module, std::vector<Finding> findings) {
  std::vector<analysis::TextEdit> edits;
  for (const Finding& finding : findings) edits.push_back({finding.range, "FIX"});
  const std::string text = analysis::apply_edits(module.text->bytes(), edits).value_or("");
  return {.module = examine(module.name, analysis::make_source_text(text)), .findings = {}, .count = findings.size()};
}

}  // namespace

server::Analysis word_analysis() {
  return {
      .examine = [](std::string name, std::shared_ptr<const analysis::SourceText> text, const ModuleFacts*,
                    const std::stop_token&) { return examine(std::move(name), std::move(text)); },
      .find_problems = [](const ModuleFacts& module, const auto&...) { return find_words(module); },
      .offer_repairs = [](const ModuleFacts&, const std::vector<Finding>& findings,
                          const analysis::RepairRequest& request, const analysis::ProjectIndex&,
                          const analysis::RuleSettings&, const std::stop_token&) { return offer(findings, request); },
      .repair_module = [](ModuleFacts module, std::vector<Finding> findings, const analysis::ProjectIndex&,
                          const analysis::RuleSettings&, analysis::Applicability,
                          const std::stop_token&) { return repair(std::move(module), std::move(findings)); }};
}

}  // namespace tests
