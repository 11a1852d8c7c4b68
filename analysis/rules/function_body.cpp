#include "analysis/rules/function_body.h"

#include "analysis/rules/python_layout.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

bool is_docstring(const IndexedTree& tree, Index statement) {
  if (tree.kind(statement) != Kind::expression_statement) return false;
  const std::vector<Index> parts = tree.children(statement);
  return parts.size() == 1 && (tree.kind(parts[0]) == Kind::string || tree.kind(parts[0]) == Kind::concatenated_string);
}

std::vector<Index> body_statements(const IndexedTree& tree, Index function) {
  const Index body = tree.child(function, Field::body);
  return body == IndexedTree::none ? std::vector<Index>() : tree.children(body);
}

}  // namespace

std::string_view name_of(const IndexedTree& tree, Index definition) {
  const Index name = tree.child(definition, Field::name);
  return name == IndexedTree::none ? std::string_view() : tree.text(name);
}

std::vector<Index> working_statements(const IndexedTree& tree, Index function) {
  std::vector<Index> statements = body_statements(tree, function);
  std::size_t first = !statements.empty() && is_docstring(tree, statements[0]) ? 1 : 0;
  while (first < statements.size() && (tree.kind(statements[first]) == Kind::global_statement ||
                                       tree.kind(statements[first]) == Kind::nonlocal_statement)) {
    ++first;
  }
  statements.erase(statements.begin(), statements.begin() + static_cast<std::ptrdiff_t>(first));
  return statements;
}

std::string_view first_parameter(const IndexedTree& tree, Index function) {
  const Index parameters = tree.child(function, Field::parameters);
  if (parameters == IndexedTree::none) return {};
  for (Index at = parameters + 1; at < tree.end(parameters); ++at) {
    if (tree.kind(at) == Kind::identifier) return tree.text(at);
  }
  return {};
}

Index class_of_method(const IndexedTree& tree, Index function) {
  Index at = tree.parent(function);
  if (at != IndexedTree::none && tree.kind(at) == Kind::decorated_definition) at = tree.parent(at);
  if (at == IndexedTree::none || tree.kind(at) != Kind::block) return IndexedTree::none;
  at = tree.parent(at);
  return tree.kind(at) == Kind::class_definition ? at : IndexedTree::none;
}

std::string indentation_step_of(const IndexedTree& tree, Index function) {
  const std::vector<Index> statements = body_statements(tree, function);
  const std::uint32_t header = tree.range(function).begin;
  return indentation_step(tree.source(), header, statements.empty() ? header : tree.range(statements.front()).begin);
}

std::optional<TextEdit> lines_at_body_start(const IndexedTree& tree, Index function,
                                            const std::vector<std::string>& lines) {
  const std::vector<Index> statements = body_statements(tree, function);
  if (statements.empty()) return {};
  const SourceText& text = tree.source();
  const TextRange first = tree.range(statements.front());
  if (!is_first_on_line(text, first.begin)) return {};
  const bool has_docstring = is_docstring(tree, statements.front());
  if (has_docstring && !is_last_on_line(text, first.end)) return {};

  const std::string step = indentation_step_of(tree, function);
  std::string all;
  for (const std::string& line : lines) {
    if (!all.empty()) all.append(line_ending_at(text, first.begin)).append(indentation_at(text, first.begin));
    const std::size_t levels = line.find_first_not_of('\t');
    for (std::size_t level = 0; level < levels; ++level) all += step;
    all += line.substr(levels);
  }
  return has_docstring ? line_after(text, first, PlaceInBlock::middle, all) : line_above(text, first.begin, all);
}

}  // namespace analysis
