#include "analysis/rules/add_suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analysis/rules/python_layout.h"
#include "analysis/rules/rule.h"
#include "analysis/rules/suppression.h"
#include "analysis/syntax/logical_lines.h"

namespace analysis {
namespace {

/// The edit as a fix, and where the finding is pushed to.
Suppressing suppressing(const Finding& finding, std::string_view where, TextEdit edit) {
  const bool is_before = edit.range.end <= finding.range.begin;
  const auto added = static_cast<std::uint32_t>(edit.replacement.size());
  const std::uint32_t begin = is_before ? finding.range.begin + added - edit.range.size() : finding.range.begin;
  return {.fix = {.title = fmt::format("Ignore `{}` {}", finding.rule->info.name, where),
                  .applicability = Applicability::safe,
                  .is_preferred = false,
                  .edits = {std::move(edit)},
                  .disabled_reason = {}},
          .begin = begin};
}

/// Puts the rule behind the last name in the brackets of a comment that speaks for the finding. Nothing when there is
/// no such comment.
std::optional<TextEdit> edit_of_comment(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                                        const Finding& finding, bool is_for_file) {
  for (const SuppressionComment& comment : collect_suppressions(text, statements).comments) {
    if (comment.is_for_file != is_for_file || !comment.covered.contains(finding.range.begin)) continue;
    const SuppressedRule& last = comment.rules.back();
    if (last.name.empty()) continue;
    return TextEdit{{last.range.end, last.range.end}, fmt::format(", {}", finding.rule->info.name)};
  }
  return {};
}

/// The logical line in which the finding begins; empty when it is in none.
TextRange logical_line_at(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                          std::uint32_t offset) {
  for (const ir::PlacedStatement& statement : statements) {
    const TextRange range{statement.begin, statement.begin + statement.facts->size};
    if (!range.contains(offset)) continue;
    for (const TextRange line : logical_lines(text.slice(range))) {
      const TextRange placed = shifted(line, range.begin);
      if (placed.contains(offset)) return placed;
    }
  }
  return {offset, offset};
}

std::string line_comment(const Finding& finding) {
  return fmt::format("# threadlint: ignore[{}]", finding.rule->info.name);
}

/// Behind what is on the line, other comments included.
TextEdit at_end_of_line(const SourceText& text, std::uint32_t offset, const std::string& comment) {
  const TextRange line = text.lines().line_range(text.bytes(), text.lines().line_of(offset));
  const std::size_t last = text.slice(line).find_last_not_of(" \t\f");
  const std::uint32_t end =
      last == std::string_view::npos ? line.begin : line.begin + static_cast<std::uint32_t>(last) + 1;
  return {{end, line.end}, "  " + comment};
}

bool is_carried_on(const SourceText& text, std::uint32_t offset) {
  const TextRange line = text.lines().line_range(text.bytes(), text.lines().line_of(offset));
  return text.slice(line).ends_with('\\');
}

/// PEP 263: such a comment counts in the first two lines only.
bool names_encoding(std::string_view line) {
  return line.starts_with('#') &&
         (line.find("coding:") != std::string_view::npos || line.find("coding=") != std::string_view::npos);
}

/// Behind a byte order mark, the line for the shell and the one that names the encoding.
std::uint32_t top_of(const SourceText& text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::uint32_t top = text.bytes().starts_with(byte_order_mark) ? 3 : 0;
  for (std::uint32_t row = 0; row < 2; ++row) {
    const TextRange line = full_line_at(text, top);
    const std::string_view bytes = text.slice({top, line.end});
    if (!(row == 0 && bytes.starts_with("#!")) && !names_encoding(bytes)) break;
    top = line.end;
  }
  return top;
}

std::ptrdiff_t broken(const std::vector<ir::PlacedStatement>& statements) {
  return std::ranges::count_if(statements, [](const ir::PlacedStatement& it) { return it.facts->has_error; });
}

bool is_silenceable(const Finding& finding) { return finding.rule->info.name != "unused-suppression"; }

}  // namespace

std::vector<Suppressing> suppress_on_line(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                                          const Finding& finding) {
  if (!is_silenceable(finding)) return {};
  constexpr std::string_view where = "on this line";
  std::vector<Suppressing> result;
  const std::uint32_t begin = finding.range.begin;
  if (auto edit = edit_of_comment(text, statements, finding, /*is_for_file=*/false))
    result.push_back(suppressing(finding, where, *std::move(edit)));
  const std::string comment = line_comment(finding);
  const TextRange line = logical_line_at(text, statements, begin);
  if (!is_carried_on(text, begin)) result.push_back(suppressing(finding, where, at_end_of_line(text, begin, comment)));
  if (text.row(begin) != text.row(line.end))
    result.push_back(suppressing(finding, where, at_end_of_line(text, line.end, comment)));
  if (is_first_on_line(text, line.begin))
    result.push_back(suppressing(finding, where, line_before(text, line.begin, comment)));
  return result;
}

std::vector<Suppressing> suppress_in_file(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                                          const Finding& finding) {
  if (!is_silenceable(finding)) return {};
  constexpr std::string_view where = "in this file";
  std::vector<Suppressing> result;
  if (auto edit = edit_of_comment(text, statements, finding, /*is_for_file=*/true))
    result.push_back(suppressing(finding, where, *std::move(edit)));
  const std::uint32_t top = top_of(text);
  std::string line = fmt::format("# threadlint: ignore-file[{}]{}", finding.rule->info.name, line_ending_at(text, top));
  result.push_back(suppressing(finding, where, {{top, top}, std::move(line)}));
  return result;
}

bool silences(const Suppressing& suppressing, Finding finding, const std::vector<ir::PlacedStatement>& before,
              const SourceText& after, const std::vector<ir::PlacedStatement>& statements) {
  if (broken(before) < broken(statements)) return false;
  finding.range = {suppressing.begin, suppressing.begin + finding.range.size()};
  Suppressions suppressions = collect_suppressions(after, statements);
  std::vector<Finding> findings{std::move(finding)};
  apply_suppressions(suppressions, findings);
  return findings.empty();
}

}  // namespace analysis
