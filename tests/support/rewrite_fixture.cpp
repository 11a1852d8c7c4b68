#include "tests/support/rewrite_fixture.h"

#include <algorithm>
#include <stdexcept>

#include "analysis/rules/region_flow.h"
#include "analysis/syntax/indexed_tree.h"

namespace analysis::rewriting {
namespace {

using Index = IndexedTree::Index;

Index function_named(const IndexedTree& tree, std::string_view name) {
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) == Kind::function_definition && tree.text(tree.child(at, Field::name)) == name) return at;
  }
  throw std::invalid_argument("no function " + std::string(name));
}

/// The first block after `offset` that belongs to the innermost `if`, `elif` or `except` around it.
Index guarded_block(const IndexedTree& tree, std::uint32_t offset) {
  Index found = IndexedTree::none;
  for (Index at = 0; at < tree.size(); ++at) {
    const Kind kind = tree.kind(at);
    const bool is_guard = kind == Kind::if_statement || kind == Kind::elif_clause || kind == Kind::except_clause;
    if (is_guard && tree.range(at).contains(offset)) found = at;
  }
  for (const Index child : tree.children(found)) {
    if (tree.kind(child) == Kind::block) return child;
  }
  throw std::invalid_argument("the test has no block");
}

TextRange region_of(const IndexedTree& tree, std::uint32_t test) {
  const Index block = guarded_block(tree, test);
  const Index only = tree.children(block).front();
  const bool leaves = tree.kind(only) == Kind::return_statement || tree.kind(only) == Kind::continue_statement;
  if (!leaves) return tree.range(block);
  const Index guard = statement_around(tree, tree.parent(block));
  return {tree.range(guard).end, tree.range(tree.parent(guard)).end};
}

std::vector<Index> calls_of(const IndexedTree& tree, std::string_view name) {
  std::vector<Index> calls;
  for (Index at = 0; at < tree.size(); ++at) {
    if (tree.kind(at) != Kind::call) continue;
    const std::string_view callee = tree.text(at + 1);
    if (callee.substr(callee.rfind('.') + 1) == name) calls.push_back(at);
  }
  return calls;
}

LazyInitialization located(const IndexedTree& tree, const Setting& setting) {
  LazyInitialization cell{.cell = setting.cell,
                          .is_global = setting.is_global,
                          .container = setting.container,
                          .starts_empty = setting.starts_empty,
                          .may_be_tuple = setting.may_be_tuple,
                          .owner = setting.owner,
                          .empty_value = setting.empty_value};
  Index function = IndexedTree::none;
  if (setting.body_of.empty()) {
    cell.test = range_of(tree.source().bytes(), setting.test);
    cell.region = region_of(tree, cell.test.begin);
    function = tree.enclosing(guarded_block(tree, cell.test.begin), Kind::function_definition);
  } else {
    function = function_named(tree, setting.body_of);
    cell.region = tree.range(tree.child(function, Field::body));
  }
  cell.function = tree.range(function);
  for (const std::string& name : setting.helpers) {
    for (const Index call : calls_of(tree, name)) {
      const bool is_in_region = cell.region.contains(tree.range(call));
      const Index holder = tree.enclosing(call, Kind::function_definition);
      const bool is_in_helper =
          holder != IndexedTree::none && std::ranges::any_of(setting.helpers, [&](const std::string& other) {
            return tree.text(tree.child(holder, Field::name)) == other;
          });
      if (is_in_region || is_in_helper)
        cell.helpers.push_back({tree.range(call), tree.range(function_named(tree, name)), {}});
    }
  }
  for (const std::string& name : setting.readers) {
    for (const Index call : calls_of(tree, name)) cell.readers.push_back(tree.range(call));
  }
  return cell;
}

int errors_in(const IndexedTree& tree) {
  int errors = 0;
  for (Index at = 0; at < tree.size(); ++at)
    errors += tree.kind(at) == Kind::error || tree.node(at).is_missing() ? 1 : 0;
  return errors;
}

}  // namespace

TextRange range_of(std::string_view text, std::string_view piece) {
  const std::size_t begin = text.find(piece);
  if (begin == std::string_view::npos) throw std::invalid_argument("no text " + std::string(piece));
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + piece.size())};
}

std::string result_of(const SyntaxTree& tree, const Rewrite& rewrite) {
  if (!rewrite.refusal.empty()) return "refused: " + rewrite.refusal;
  const auto text = apply_edits(tree.text().bytes(), rewrite.edits);
  if (!text) return "broken: edits overlap";
  const auto after = parse(make_source_text(*text));
  if (errors_in(IndexedTree(*after)) > errors_in(IndexedTree(tree))) return "broken: " + *text;
  return *text;
}

std::string rewritten_together(std::string_view text, const std::vector<Setting>& cells) {
  const auto tree = parse(make_source_text(std::string(text)));
  const IndexedTree flat(*tree);
  std::vector<LazyInitialization> located_cells;
  for (const Setting& cell : cells) located_cells.push_back(located(flat, cell));
  return result_of(*tree, build_then_assign(*tree, located_cells));
}

std::string rewritten(std::string_view text, const Setting& cell) { return rewritten_together(text, {cell}); }

}  // namespace analysis::rewriting
