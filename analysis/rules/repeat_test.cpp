#include "analysis/rules/repeat_test.h"

#include <algorithm>

#include "analysis/rules/function_body.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"
#include "analysis/rules/region_flow.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

std::string quoted(std::string_view code) { return "`" + std::string(code) + "`"; }

/// The expression with exactly this range, or `none`.
Index expression_at(const IndexedTree& tree, TextRange range) {
  for (const Kind kind : {Kind::comparison_operator, Kind::not_operator, Kind::boolean_operator, Kind::identifier,
                          Kind::attribute, Kind::subscript, Kind::call, Kind::parenthesized_expression}) {
    if (const Index found = tree.find(range, kind); found != IndexedTree::none) return found;
  }
  return IndexedTree::none;
}

/// `X is None` for `X is not None`, `X` for `not X`.
std::string negated(const IndexedTree& tree, Index test) {
  const std::string text(tree.text(test));
  const std::vector<Index> parts = tree.children(test);
  if (tree.kind(test) == Kind::not_operator) return std::string(tree.text(parts.front()));
  if (tree.kind(test) == Kind::comparison_operator && parts.size() == 2) {
    const TextRange left = tree.range(parts[0]);
    const TextRange right = tree.range(parts[1]);
    const std::string_view between = tree.source().slice({left.end, right.begin});
    const auto with = [&](std::string_view sign) {
      return std::string(tree.text(parts[0])) + " " + std::string(sign) + " " + std::string(tree.text(parts[1]));
    };
    if (between == " is not ") return with("is");
    if (between == " is ") return with("is not");
    if (between == " != ") return with("==");
    if (between == " == ") return with("!=");
  }
  const bool is_compound = tree.kind(test) == Kind::comparison_operator || tree.kind(test) == Kind::boolean_operator;
  return is_compound ? "not (" + text + ")" : "not " + text;
}

std::string objection_to_test(const IndexedTree& tree, Index test) {
  if (test == IndexedTree::none) return "the condition is not an expression";
  if (tree.text(test).find_first_of("\r\n") != std::string_view::npos) return "the condition is longer than a line";
  constexpr std::string_view harmless[] = {"len", "hasattr", "getattr", "isinstance", "bool"};
  for (Index at = test; at < tree.end(test); ++at) {
    if (tree.kind(at) != Kind::call) continue;
    const std::string_view callee = tree.text(at + 1);
    if (std::ranges::find(harmless, callee) == std::end(harmless)) return "the condition calls " + quoted(callee);
  }
  return {};
}

/// The statements under the lock that the test shall guard: up to the last that changes the cell.
std::vector<Index> guarded_statements(const IndexedTree& tree, Index function, const MissingSecondTest& missing) {
  std::vector<Index> statements;
  for (Index at = function; at < tree.end(function);) {
    const bool is_wanted = is_statement(tree, at) && missing.locked.contains(tree.range(at));
    if (is_wanted) statements.push_back(at);
    at = is_wanted ? tree.end(at) : at + 1;
  }
  const std::vector<CellUse> uses = uses_of(tree, function, missing.cell);
  const auto changes = [&](Index statement) {
    return std::ranges::any_of(uses, [&](const CellUse& use) {
      const bool is_change = use.kind == UseKind::bind || use.kind == UseKind::change || use.kind == UseKind::augment;
      return is_change && tree.contains(statement, use.node);
    });
  };
  while (!statements.empty() && !changes(statements.back())) statements.pop_back();
  return statements;
}

std::string objection_to_body(const IndexedTree& tree, Index function, const MissingSecondTest& missing,
                              const std::vector<Index>& statements) {
  if (statements.empty()) return quoted(missing.cell) + " is set under another name, or elsewhere";
  if (std::ranges::any_of(statements, [&](Index s) { return tree.parent(s) != tree.parent(statements[0]); })) {
    return "the code under the lock is not one block";
  }
  if (!exits_of(tree, statements).empty())
    return "the code under the lock leaves before " + quoted(missing.cell) + " is set";
  if (std::ranges::any_of(statements, [&](Index s) { return tree.node(s).has_error(); }))
    return "the code under the lock does not parse";
  const Index after = tree.end(statements.back());
  for (Index at = statements.front(); at < after; ++at) {
    if (tree.kind(at) != Kind::identifier || !is_bound_at(tree, at) || tree.text(at) == missing.cell) continue;
    if (scope_around(tree, at) != function) continue;
    const std::string_view name = tree.text(at);
    for (Index later = after; later < tree.end(function); ++later) {
      if (tree.kind(later) == Kind::identifier && tree.text(later) == name) {
        return quoted(name) + " is used behind the code that sets " + quoted(missing.cell);
      }
    }
  }
  return {};
}

/// `with lock: X = make()` gets a line for the test and one for the rest.
std::string unfold(const IndexedTree& tree, Index function, Index block, const std::string& header,
                   std::vector<TextEdit>& edits) {
  const SourceText& text = tree.source();
  const std::uint32_t begin = tree.range(block).begin;
  const std::uint32_t holder = tree.range(tree.parent(block)).begin;
  if (!is_first_on_line(text, holder)) return "several statements share a line";
  std::uint32_t colon = begin;
  while (0 < colon && text.bytes()[colon - 1] != ':') --colon;
  const std::string step = indentation_step_of(tree, function);
  std::string line_break(line_ending_at(text, begin));
  line_break.append(indentation_at(text, holder)).append(step);
  edits.push_back({{colon, begin}, line_break + header + line_break + step});
  return {};
}

}  // namespace

Rewrite repeat_test(const SyntaxTree& syntax, const MissingSecondTest& missing) {
  const IndexedTree tree(syntax);
  const Index function = tree.find(missing.function, Kind::function_definition);
  if (function == IndexedTree::none) return {{}, "the test is not inside a function"};
  const Index test = expression_at(tree, missing.test);
  if (std::string reason = objection_to_test(tree, test); !reason.empty()) return {{}, reason};
  const std::vector<Index> statements = guarded_statements(tree, function, missing);
  if (std::string reason = objection_to_body(tree, function, missing, statements); !reason.empty()) return {{}, reason};

  const std::string condition =
      missing.unset_when == UnsetWhen::true_ ? std::string(tree.text(test)) : negated(tree, test);
  const std::string header = "if " + condition + ":";
  Rewrite rewrite;
  const Index block = tree.parent(statements.front());
  const SourceText& text = tree.source();
  if (!is_first_on_line(text, tree.range(statements.front()).begin)) {
    if (tree.children(block) != statements) return {{}, "several statements share a line"};
    rewrite.refusal = unfold(tree, function, block, header, rewrite.edits);
    return rewrite;
  }
  if (!is_last_on_line(text, tree.range(statements.back()).end)) return {{}, "several statements share a line"};
  indent_statements(tree, {statements.front(), statements.back()}, header, rewrite.edits);
  return rewrite;
}

}  // namespace analysis
