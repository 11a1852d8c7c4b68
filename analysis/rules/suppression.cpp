#include "analysis/rules/suppression.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>

#include "analysis/rules/rule.h"
#include "analysis/syntax/logical_lines.h"

namespace analysis {
namespace {

constexpr std::string_view spaces = " \t";

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(spaces, at), text.size());
}

bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

/// Where the part of a comment that begins with the `#` at `begin` ends: at the next ` # word`, as in
/// `# threadlint: ignore  # noqa`, else with the comment. `#12` in a reason is no such part.
std::size_t end_of_part(std::string_view comment, std::size_t begin) {
  for (std::size_t at = begin + 1; at < comment.size(); ++at) {
    if (comment[at] != '#' || spaces.find(comment[at - 1]) == std::string_view::npos) continue;
    const std::size_t word = skip_spaces(comment, at + 1);
    if (word < comment.size() && is_letter(comment[word])) {
      return comment.find_last_not_of(spaces, at - 1) + 1;
    }
  }
  return comment.find_last_not_of(" \t\r\n") + 1;
}

/// The `#` of the first part that begins with `threadlint:`.
std::optional<std::size_t> find_part(std::string_view comment) {
  for (std::size_t at = comment.find('#'); at != std::string_view::npos; at = comment.find('#', at + 1)) {
    if (comment.substr(skip_spaces(comment, at + 1)).starts_with("threadlint:")) return at;
  }
  return std::nullopt;
}

/// The names between `open` and `close`, with places in the comment.
std::vector<SuppressedRule> names_between(std::string_view comment, std::size_t open, std::size_t close) {
  std::vector<SuppressedRule> names;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t comma = std::min(comment.find(',', at), close);
    const std::size_t begin = std::min(skip_spaces(comment, at), comma);
    const std::size_t end = comment.find_last_not_of(spaces, comma - 1) + 1;
    if (begin < end) {
      names.push_back({.name = std::string(comment.substr(begin, end - begin)),
                       .range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}});
    }
    at = comma + 1;
  }
  return names;
}

/// What a comment says, with places in the comment. `covered` is not set.
std::optional<SuppressionComment> read_comment(std::string_view comment) {
  const auto hash = find_part(comment);
  if (!hash) return std::nullopt;
  const std::size_t end = end_of_part(comment, *hash);
  comment = comment.substr(0, end);
  SuppressionComment result;
  result.range = {static_cast<std::uint32_t>(*hash), static_cast<std::uint32_t>(end)};

  std::size_t at = skip_spaces(comment, comment.find(':', *hash) + 1);
  if (comment.substr(at).starts_with("ignore-file")) {
    result.is_for_file = true;
    at += std::string_view("ignore-file").size();
  } else if (comment.substr(at).starts_with("ignore")) {
    at += std::string_view("ignore").size();
  } else {
    return std::nullopt;
  }
  const std::size_t open = skip_spaces(comment, at);
  if (open < comment.size() && comment[open] == '[') {
    const std::size_t close = comment.find(']', open);
    if (close == std::string_view::npos) return std::nullopt;
    result.rules = names_between(comment, open, close);
    if (result.rules.empty()) return std::nullopt;
    return result;
  }
  if (at == open && at < comment.size()) return std::nullopt;  // another word, such as `ignored`
  result.rules.push_back({.name = {}, .range = result.range});
  return result;
}

/// The logical lines of a module by line number.
class Rows {
 public:
  Rows(const SourceText& text, const std::vector<ir::PlacedStatement>& statements) : text_(text) {
    for (const ir::PlacedStatement& statement : statements) {
      const TextRange range{statement.begin, statement.begin + statement.facts->size};
      for (const TextRange line : logical_lines(text.slice(range))) {
        lines_.push_back({row_of(range.begin + line.begin), row_of(range.begin + line.end)});
      }
    }
  }

  /// What a comment behind code at `offset` speaks for.
  [[nodiscard]] TextRange before(std::uint32_t offset) const {
    const std::uint32_t row = row_of(offset);
    const auto line = std::ranges::find_if(lines_, [&](Line it) { return it.last == row; });
    return bytes(line == lines_.end() ? Line{row, row} : Line{line->first, row});
  }

  /// What a comment alone in its line at `offset` speaks for.
  [[nodiscard]] TextRange below(std::uint32_t offset) const {
    std::uint32_t row = row_of(offset) + 1;
    while (row < text_.lines().line_count() && !has_code(row)) ++row;
    if (row == text_.lines().line_count()) return {};
    const auto line = std::ranges::find_if(lines_, [&](Line it) { return it.first == row; });
    return bytes(line == lines_.end() ? Line{row, row} : *line);
  }

 private:
  struct Line {
    std::uint32_t first;
    std::uint32_t last;
  };

  [[nodiscard]] std::uint32_t row_of(std::uint32_t offset) const { return text_.lines().line_of(offset); }
  [[nodiscard]] bool has_code(std::uint32_t row) const {
    const std::string_view line = text_.slice(text_.lines().line_range(text_.bytes(), row));
    const std::size_t first = line.find_first_not_of(" \t\f");
    return first != std::string_view::npos && line[first] != '#';
  }
  /// With the end of the last line, where an empty range may stand.
  [[nodiscard]] TextRange bytes(Line line) const {
    return {text_.lines().line_range(text_.bytes(), line.first).begin,
            text_.lines().line_range(text_.bytes(), line.last).end + 1};
  }

  const SourceText& text_;
  std::vector<Line> lines_;
};

bool names_rule(const SuppressedRule& suppressed, const Rule& rule) {
  if (suppressed.name.empty()) return rule.info.name != "unused-suppression";
  return suppressed.name == rule.info.name;
}

/// The nearest name that silences the finding: a line's before a file's, one with a name before one without.
SuppressedRule* find_suppressing(Suppressions& suppressions, const Finding& finding) {
  SuppressedRule* nearest = nullptr;
  std::tuple<bool, bool> best;
  for (SuppressionComment& comment : suppressions.comments) {
    if (!comment.covered.contains(finding.range.begin)) continue;
    for (SuppressedRule& suppressed : comment.rules) {
      if (!names_rule(suppressed, *finding.rule)) continue;
      const std::tuple<bool, bool> distance(comment.is_for_file, suppressed.name.empty());
      if (nearest == nullptr || distance < best) {
        nearest = &suppressed;
        best = distance;
      }
    }
  }
  return nearest;
}

}  // namespace

Suppressions collect_suppressions(const SourceText& text, const std::vector<ir::PlacedStatement>& statements) {
  Suppressions result;
  std::optional<Rows> rows;  // made for the first comment: most modules have none
  for (const ir::PlacedStatement& statement : statements) {
    result.has_errors = result.has_errors || statement.facts->has_error;
    for (const ir::Directive& directive : statement.facts->directives) {
      const TextRange range = shifted(directive.range, statement.begin);
      auto comment = read_comment(text.slice(range));
      if (!comment) continue;
      comment->range = shifted(comment->range, range.begin);
      for (SuppressedRule& suppressed : comment->rules) suppressed.range = shifted(suppressed.range, range.begin);
      if (!rows) rows.emplace(text, statements);
      if (comment->is_for_file) {
        comment->covered = {0, std::numeric_limits<std::uint32_t>::max()};
      } else {
        comment->covered = directive.is_own_line ? rows->below(range.begin) : rows->before(range.begin);
      }
      result.comments.push_back(*std::move(comment));
    }
  }
  return result;
}

void apply_suppressions(Suppressions& suppressions, std::vector<Finding>& findings) {
  if (suppressions.comments.empty()) return;
  std::erase_if(findings, [&](const Finding& finding) {
    SuppressedRule* const suppressed = find_suppressing(suppressions, finding);
    if (suppressed != nullptr) suppressed->is_used = true;
    return suppressed != nullptr;
  });
}

}  // namespace analysis
