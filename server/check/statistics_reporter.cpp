// How often each rule reports at each severity.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/rules/rule.h"
#include "server/check/reporter.h"

namespace server {
namespace {

struct Count {
  analysis::Severity severity = analysis::Severity::error;
  std::string_view rule;
  std::size_t count = 0;
};

/// Most frequent first; of equal ones the more severe, then by name.
std::vector<Count> counts_of(const Report& report) {
  std::map<std::pair<analysis::Severity, std::string_view>, std::size_t> by_rule;
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) ++by_rule[{finding.severity, finding.rule->info.name}];
  }
  std::vector<Count> counts;
  for (const auto& [key, count] : by_rule) counts.push_back({key.first, key.second, count});
  std::ranges::stable_sort(counts, std::greater<>(), &Count::count);
  return counts;
}

}  // namespace

std::string statistics_report(const Report& report, const TextStyle& style) {
  std::string result;
  for (const Count& line : counts_of(report)) {
    fmt::format_to(std::back_inserter(result), "{:>7}  {}{}  {}\n", line.count,
                   painted(style, ink_of(line.severity), word(line.severity)),
                   std::string(word(analysis::Severity::information).size() - word(line.severity).size(), ' '),
                   painted(style, Ink::bold, line.rule));
  }
  return result;
}

std::string json_statistics_report(const Report& report, const TextStyle& /*style*/) {
  nlohmann::ordered_json counts = nlohmann::ordered_json::array();
  for (const Count& line : counts_of(report)) {
    counts.push_back({{"rule", line.rule}, {"severity", word(line.severity)}, {"count", line.count}});
  }
  return counts.dump(/*indent=*/2) + '\n';
}

}  // namespace server
