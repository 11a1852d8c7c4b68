#include "analysis/rules/threading_import.h"

#include "analysis/rules/python_layout.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

/// Empty when the module imports neither `threading` nor the name at its top level.
std::string imported_name(const IndexedTree& tree, std::string_view wanted) {
  for (const Index statement : tree.children(0)) {
    const bool is_from = tree.kind(statement) == Kind::import_from_statement;
    if (!is_from && tree.kind(statement) != Kind::import_statement) continue;
    const Index module = is_from ? tree.child(statement, Field::module_name) : IndexedTree::none;
    if (is_from && (module == IndexedTree::none || tree.text(module) != "threading")) continue;
    for (const Index name : tree.children(statement)) {
      if (name == module) continue;
      if (tree.text(name) != (is_from ? wanted : "threading")) continue;
      return is_from ? std::string(wanted) : "threading." + std::string(wanted);
    }
  }
  return {};
}

bool is_docstring(const IndexedTree& tree, Index statement) {
  const Kind kind = tree.kind(statement + 1);
  return tree.kind(statement) == Kind::expression_statement &&
         (kind == Kind::string || kind == Kind::concatenated_string);
}

/// Among the first plain imports in alphabetical order, else before the first code that may import.
std::optional<TextEdit> import_of_threading(const IndexedTree& tree) {
  const SourceText& text = tree.source();
  const std::string line = "import threading";
  Index before = IndexedTree::none;
  Index after = IndexedTree::none;
  for (const Index statement : tree.children(0)) {
    const Kind kind = tree.kind(statement);
    if (kind == Kind::future_import_statement || (kind == Kind::expression_statement && is_docstring(tree, statement)))
      continue;
    if (kind == Kind::import_statement && tree.text(statement) < line) {
      after = statement;
      continue;
    }
    before = statement;
    break;
  }
  if (after != IndexedTree::none) {
    if (!is_last_on_line(text, tree.range(after).end)) return {};
    return line_after(text, tree.range(after), PlaceInBlock::middle, line);
  }
  if (before == IndexedTree::none || !is_first_on_line(text, tree.range(before).begin)) return {};
  const bool is_import =
      tree.kind(before) == Kind::import_statement || tree.kind(before) == Kind::import_from_statement;
  const std::string gap = is_import ? "" : std::string(line_ending_at(text, tree.range(before).begin));
  return line_above(text, tree.range(before).begin, line + gap);
}

}  // namespace

std::optional<std::string> name_from_threading(const IndexedTree& tree, std::string_view name,
                                               std::vector<TextEdit>& edits) {
  if (std::string known = imported_name(tree, name); !known.empty()) return known;
  const std::optional<TextEdit> import = import_of_threading(tree);
  if (!import) return {};
  edits.push_back(*import);
  return "threading." + std::string(name);
}

}  // namespace analysis
