#include "analysis/rules/region_edits.h"

#include <algorithm>

#include "analysis/rules/function_body.h"
#include "analysis/rules/python_layout.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

std::string joined(const std::vector<std::string>& lines, std::string_view separator) {
  std::string result;
  for (const std::string& line : lines) {
    if (!result.empty()) result += separator;
    result += line;
  }
  return result;
}

std::string line_break_at(const SourceText& text, std::uint32_t offset) {
  return std::string(line_ending_at(text, offset)).append(indentation_at(text, offset));
}

/// Whether the line on which the statement begins belongs to the statement's block.
bool is_line_of_block(const IndexedTree& tree, Index statement) {
  const SourceText& text = tree.source();
  const std::vector<Index> neighbours = tree.children(tree.parent(statement));
  return std::ranges::any_of(neighbours, [&](Index neighbour) {
    const std::uint32_t begin = tree.range(neighbour).begin;
    return text.row(begin) == text.row(tree.range(statement).begin) && is_first_on_line(text, begin);
  });
}

bool is_in_string(const IndexedTree& tree, StatementRun statements, std::uint32_t offset) {
  for (Index at = statements.first; at < tree.end(statements.last); ++at) {
    const TextRange range = tree.range(at);
    if (tree.kind(at) == Kind::string && range.begin < offset && offset < range.end) return true;
  }
  return false;
}

}  // namespace

std::optional<TextEdit> lines_before_exit(const IndexedTree& tree, Index function, Index exit,
                                          const std::vector<std::string>& lines) {
  const SourceText& text = tree.source();
  const std::uint32_t begin = tree.range(exit).begin;
  if (is_first_on_line(text, begin)) return line_before(text, begin, joined(lines, line_break_at(text, begin)));

  const Index block = tree.parent(exit);
  if (tree.children(block).front() != exit) return TextEdit{{begin, begin}, joined(lines, "; ") + "; "};

  const std::uint32_t header = tree.range(tree.parent(block)).begin;
  if (!is_first_on_line(text, header) || tree.children(block).size() != 1) return {};
  std::uint32_t colon = begin;
  while (0 < colon && text.bytes()[colon - 1] != ':') --colon;
  const std::string line_break = line_break_at(text, header) + indentation_step_of(tree, function);
  return TextEdit{{colon, begin}, line_break + joined(lines, line_break) + line_break};
}

std::optional<TextEdit> lines_after_statement(const IndexedTree& tree, Index statement,
                                              const std::vector<std::string>& lines) {
  const SourceText& text = tree.source();
  const TextRange range = tree.range(statement);
  if (!is_last_on_line(text, range.end) || !is_line_of_block(tree, statement)) return {};
  const bool is_last = tree.children(tree.parent(statement)).back() == statement;
  return line_after(text, range, is_last ? PlaceInBlock::last : PlaceInBlock::middle,
                    joined(lines, line_break_at(text, range.begin)));
}

void indent_statements(const IndexedTree& tree, StatementRun statements, const std::string& header,
                       std::vector<TextEdit>& edits) {
  const SourceText& text = tree.source();
  const std::string step = indentation_step_of(tree, tree.enclosing(statements.first, Kind::function_definition));
  const TextRange first = tree.range(statements.first);
  // Both find the place beside the comments that belong to the statements.
  const TextEdit above = line_above(text, first.begin, header);
  const bool is_whole_block = tree.children(tree.parent(statements.last)).back() == statements.last;
  const TextEdit below = line_after(text, {first.begin, tree.range(statements.last).end},
                                    is_whole_block ? PlaceInBlock::last : PlaceInBlock::middle, "");
  edits.push_back(above);
  const std::string_view indentation = indentation_at(text, first.begin);
  for (std::uint32_t line = text.lines().line_of(above.range.begin); line <= text.lines().line_of(below.range.begin);
       ++line) {
    const TextRange range = text.lines().line_range(text.bytes(), line);
    const std::string_view bytes = text.slice(range);
    if (bytes.find_first_not_of(" \t\f") == std::string_view::npos || is_in_string(tree, statements, range.begin))
      continue;
    const std::uint32_t at =
        range.begin + (bytes.starts_with(indentation) ? static_cast<std::uint32_t>(indentation.size()) : 0);
    edits.push_back({{at, at}, step});
  }
}

bool has_own_line(const IndexedTree& tree, Index statement) {
  const SourceText& text = tree.source();
  const TextRange range = tree.range(statement);
  return text.row(range.begin) == text.row(range.end) && is_first_on_line(text, range.begin) &&
         rest_of_line(tree, statement).find(';') == std::string_view::npos;
}

std::string_view rest_of_line(const IndexedTree& tree, Index statement) {
  const SourceText& text = tree.source();
  const std::uint32_t end = tree.range(statement).end;
  return text.slice({end, text.lines().line_range(text.bytes(), text.lines().line_of(end)).end});
}

}  // namespace analysis
