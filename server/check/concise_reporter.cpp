// One line per finding: `path:row:column: severity rule message`.

#include <fmt/format.h>

#include <iterator>

#include "analysis/rules/rule.h"
#include "server/check/reporter.h"
#include "server/workspace/character.h"

namespace server {

std::string concise_report(const Report& report, const TextStyle& style) {
  std::string result;
  for (const CheckedFile& file : report.files) {
    for (const analysis::Finding& finding : file.findings) {
      const analysis::LineColumn place = file.text->locate(finding.range.begin, analysis::ColumnUnit::utf32);
      fmt::format_to(std::back_inserter(result), "{}:{}:{}: {} {} {}\n",
                     painted(style, Ink::bold, displayable(file.path)), place.line + 1, place.column + 1,
                     painted(style, ink_of(finding.severity), word(finding.severity)),
                     painted(style, Ink::bold, finding.rule->info.name), displayable(finding.message));
    }
  }
  return result;
}

}  // namespace server
