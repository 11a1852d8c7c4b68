#include "server/check/summary.h"

#include <fmt/format.h>

#include <array>

namespace server {
namespace {

using analysis::Severity;

struct Counts {
  std::array<std::size_t, 4> by_severity{};
  std::size_t safe = 0;    // findings that `--fix` repairs
  std::size_t review = 0;  // findings that it repairs with `--unsafe-fixes`
};

Counts counts_of(const Report& report) {
  Counts counts;
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) {
      ++counts.by_severity.at(static_cast<std::size_t>(finding.severity));
      const analysis::Fix* fix = best_fix(finding);
      if (fix == nullptr) continue;
      ++(fix->applicability == analysis::Applicability::safe ? counts.safe : counts.review);
    }
  }
  return counts;
}

/// "information" has no plural.
std::string counted_severity(std::size_t count, Severity severity) {
  if (severity == Severity::information) return fmt::format("{} information", count);
  return counted(count, std::string(word(severity)));
}

}  // namespace

std::string counted(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string summary(const Report& report, const TextStyle& style) {
  const Counts counts = counts_of(report);
  std::string found;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::information, Severity::hint}) {
    const std::size_t count = counts.by_severity.at(static_cast<std::size_t>(severity));
    if (count == 0) continue;
    if (!found.empty()) found += ", ";
    found += painted(style, ink_of(severity), counted_severity(count, severity));
  }
  if (found.empty()) found = painted(style, Ink::help, "nothing found");
  return fmt::format("{} in {}\n{}", found, counted(report.files.size(), "file"), offered_repairs(report));
}

std::string offered_repairs(const Report& report) {
  const Counts counts = counts_of(report);
  std::string result;
  if (0 < counts.safe) result += fmt::format("{} can be repaired with `--fix`\n", counts.safe);
  if (0 < counts.review) {
    const std::string_view verb = counts.safe == 0 ? "can be repaired" : "more";
    result += fmt::format("{} {} with `--fix --unsafe-fixes`\n", counts.review, verb);
  }
  return result;
}

}  // namespace server
