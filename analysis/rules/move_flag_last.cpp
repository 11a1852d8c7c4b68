#include "analysis/rules/move_flag_last.h"

#include <algorithm>

#include "analysis/rules/local_names.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"
#include "analysis/rules/region_flow.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

std::string quoted(std::string_view code) { return "`" + std::string(code) + "`"; }

/// A value that is the same wherever it is evaluated.
bool is_constant(const IndexedTree& tree, Index value) {
  if (value == IndexedTree::none) return false;
  switch (tree.kind(value)) {
    case Kind::true_:
    case Kind::false_:
    case Kind::none:
    case Kind::integer:
    case Kind::string:
      return true;
    case Kind::identifier:
    case Kind::attribute: {
      // `READY`, `State.READY`
      const std::string_view text = tree.text(value);
      const std::string_view last = last_name(text);
      return std::ranges::none_of(last, [](char c) { return 'a' <= c && c <= 'z'; });
    }
    default:
      return false;
  }
}

/// The statements of the same block after `statement`, inside the region.
std::vector<Index> later_statements(const IndexedTree& tree, Index statement, TextRange region) {
  std::vector<Index> later = tree.children(tree.parent(statement));
  std::erase_if(later, [&](Index s) { return s <= statement || !region.contains(tree.range(s)); });
  return later;
}

/// Whether the region goes on behind the block of the statement, other than by leaving the function.
bool continues_outside(const IndexedTree& tree, Index statement, TextRange region) {
  for (Index at = tree.parent(statement); at != IndexedTree::none && region.contains(tree.range(at));
       at = tree.parent(at)) {
    if (!is_statement(tree, at)) continue;
    const std::vector<Index> later = later_statements(tree, at, region);
    if (std::ranges::any_of(later, [&](Index s) { return tree.kind(s) != Kind::return_statement; })) return true;
  }
  return false;
}

std::string objection(const IndexedTree& tree, Index function, Index statement, const EarlyReadyFlag& early,
                      const std::vector<Index>& later) {
  Index value = statement + 1;
  while (value != IndexedTree::none && tree.kind(value) == Kind::assignment) value = tree.child(value, Field::right);
  if (!is_constant(tree, value)) return "the value of " + quoted(early.flag) + " is computed";
  if (!has_own_line(tree, statement)) return "several statements share a line";
  if (later.empty()) return "nothing follows the assignment in its block";
  if (continues_outside(tree, statement, early.region)) return "the work goes on outside the block of the assignment";
  for (const CellUse& use : uses_of(tree, function, early.flag)) {
    const bool is_later = std::ranges::any_of(later, [&](Index s) { return tree.contains(s, use.node); });
    if (!is_later) continue;
    return quoted(early.flag) + (use.kind == UseKind::read ? " is read while the work is done" : " is set again");
  }
  for (const TextRange reader : early.readers) {
    const Index call = tree.find(reader, Kind::call);
    const bool is_later =
        call != IndexedTree::none && std::ranges::any_of(later, [&](Index s) { return tree.contains(s, call); });
    if (is_later) return quoted(tree.text(call + 1)) + " reads " + quoted(early.flag) + " while the work is done";
  }
  return {};
}

}  // namespace

Rewrite move_flag_last(const SyntaxTree& syntax, const EarlyReadyFlag& early) {
  const IndexedTree tree(syntax);
  const Index function = tree.find(early.function, Kind::function_definition);
  const Index statement = tree.find(early.assignment, Kind::expression_statement);
  if (function == IndexedTree::none || statement == IndexedTree::none || tree.kind(statement + 1) != Kind::assignment) {
    return {{}, quoted(early.flag) + " is not set by an assignment of its own"};
  }
  const std::vector<Index> later = later_statements(tree, statement, early.region);
  if (std::string reason = objection(tree, function, statement, early, later); !reason.empty()) return {{}, reason};

  const std::string assignment(tree.text(statement));
  Rewrite rewrite;
  rewrite.edits.push_back({full_line_at(tree.source(), tree.range(statement).begin), ""});
  for (const Index exit : exits_of(tree, later)) {
    const auto edit = lines_before_exit(tree, function, exit, {assignment});
    if (!edit) return {{}, "there is no room before " + quoted(tree.text(exit))};
    rewrite.edits.push_back(*edit);
  }
  if (BindingFlow(tree, function, {}).completes(tree.parent(statement))) {
    const auto end =
        lines_after_statement(tree, later.back(), {assignment + std::string(rest_of_line(tree, statement))});
    if (!end) return {{}, "several statements share a line"};
    rewrite.edits.push_back(*end);
  }
  return rewrite;
}

}  // namespace analysis
