#include "analysis/rules/acquire_to_with.h"

#include <algorithm>
#include <string>

#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"
#include "analysis/syntax/indexed_tree.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

bool leaves(Kind kind) {
  return kind == Kind::return_statement || kind == Kind::raise_statement || kind == Kind::break_statement ||
         kind == Kind::continue_statement;
}

/// The statement that is nothing but the expression with that range; `none` when its value is used.
Index statement_of(const IndexedTree& tree, TextRange expression) {
  const Index call = tree.find(expression, Kind::call);
  if (call == IndexedTree::none) return IndexedTree::none;
  const Index statement = tree.parent(call);
  return tree.kind(statement) == Kind::expression_statement ? statement : IndexedTree::none;
}

bool is_statement_of(const IndexedTree& tree, Index at, std::string_view code) {
  return tree.kind(at) == Kind::expression_statement && tree.text(at) == code;
}

/// The `finally` of a `try` that has nothing but it, when it does nothing but release; `none` for any other.
Index lone_finally(const IndexedTree& tree, Index statement, std::string_view release) {
  if (tree.kind(statement) != Kind::try_statement) return IndexedTree::none;
  const std::vector<Index> parts = tree.children(statement);
  if (parts.size() != 2 || tree.kind(parts[1]) != Kind::finally_clause) return IndexedTree::none;
  const std::vector<Index> last = tree.children(tree.children(parts[1]).front());
  return last.size() == 1 && is_statement_of(tree, last[0], release) ? parts[1] : IndexedTree::none;
}

/// What the lock is held for: the statements behind `acquire` up to the one that releases it.
struct Held {
  StatementRun run{IndexedTree::none, IndexedTree::none};
  Index release = IndexedTree::none;  // the statement, or the `try`
};

Held held_behind(const IndexedTree& tree, Index acquire, std::string_view release) {
  const std::vector<Index> block = tree.children(tree.parent(acquire));
  const auto begin = std::ranges::find(block, acquire) + 1;
  const auto end = std::find_if(begin, block.end(), [&](Index at) {
    return is_statement_of(tree, at, release) || lone_finally(tree, at, release) != IndexedTree::none;
  });
  if (end == block.end() || begin == end) return {};
  return {{*begin, *(end - 1)}, *end};
}

/// Takes a statement away with its line, but not with its comment.
void remove(const IndexedTree& tree, Index statement, std::vector<TextEdit>& edits) {
  const SourceText& text = tree.source();
  const TextRange range = tree.range(statement);
  const std::string_view rest = rest_of_line(tree, statement);
  const std::size_t comment = rest.find('#');
  if (comment == std::string_view::npos) {
    const TextRange line = full_line_at(text, range.begin);
    std::erase_if(edits, [&](const TextEdit& edit) {
      return line.begin <= edit.range.begin && edit.range.end < line.end;  // its indentation
    });
    edits.push_back({line, ""});
  } else {
    edits.push_back({{range.begin, range.end + static_cast<std::uint32_t>(comment)}, ""});
  }
}

/// Removes the releases before ways out. Says why it cannot.
std::string remove_inner_releases(const IndexedTree& tree, StatementRun run, std::string_view acquire,
                                  std::string_view release, std::vector<TextEdit>& edits) {
  for (Index at = run.first; at < tree.end(run.last); ++at) {
    if (is_statement_of(tree, at, acquire)) return "the lock is taken again in between";
    if (!is_statement_of(tree, at, release)) continue;
    const std::vector<Index> block = tree.children(tree.parent(at));
    const auto next = std::ranges::find(block, at) + 1;
    if (next == block.end() || !leaves(tree.kind(*next))) return "the code goes on after it has released the lock";
    if (!has_own_line(tree, at)) return "several statements share a line";
    remove(tree, at, edits);
  }
  return {};
}

/// Takes `try:` and its `finally` away: what is between is as deep already as the block of a `with`. Says why it
/// cannot.
std::string remove_try(const IndexedTree& tree, Index statement, Index last, std::vector<TextEdit>& edits) {
  const SourceText& text = tree.source();
  const TextRange header = full_line_at(text, tree.range(statement).begin);
  const TextRange end{full_line_at(text, tree.range(last).begin).begin, full_line_at(text, tree.range(last).end).end};
  const TextRange body = tree.range(tree.child(statement, Field::body));
  if (body.begin < header.end || !is_first_on_line(text, tree.range(last).begin)) return "the `try` is on one line";
  const bool has_comment =
      (std::string(text.slice(header)) + std::string(text.slice(end))).find('#') != std::string::npos;
  if (has_comment) return "a comment belongs to the `try`";
  edits.push_back({header, ""});
  edits.push_back({end, ""});
  return {};
}

}  // namespace

Rewrite acquire_to_with(const SyntaxTree& syntax, TextRange acquire) {
  const IndexedTree tree(syntax);
  const Index statement = statement_of(tree, acquire);
  if (statement == IndexedTree::none) return {{}, "the result of `acquire` is used"};
  const std::string call(tree.text(statement));
  const std::size_t dot = call.rfind(".acquire");
  if (dot == std::string::npos) return {{}, "the lock is taken by a function"};
  const std::string lock = call.substr(0, dot);
  const std::string release = lock + ".release()";
  const Held held = held_behind(tree, statement, release);
  if (held.release == IndexedTree::none) return {{}, "the lock is not released in the same block"};
  const Index function = tree.enclosing(statement, Kind::function_definition);
  if (function == IndexedTree::none || tree.text(function).starts_with("async"))
    return {{}, "a coroutine needs `async with`"};
  if (!has_own_line(tree, statement)) return {{}, "several statements share a line"};
  Rewrite rewrite;
  indent_statements(tree, held.run, "with " + lock + ":", rewrite.edits);
  rewrite.refusal = remove_inner_releases(tree, held.run, call, release, rewrite.edits);
  remove(tree, statement, rewrite.edits);
  if (const Index last = lone_finally(tree, held.release, release); last != IndexedTree::none) {
    if (rewrite.refusal.empty()) rewrite.refusal = remove_try(tree, held.release, last, rewrite.edits);
  } else if (has_own_line(tree, held.release)) {
    remove(tree, held.release, rewrite.edits);
  } else {
    rewrite.refusal = "several statements share a line";
  }
  if (!rewrite.refusal.empty()) rewrite.edits.clear();
  return rewrite;
}

}  // namespace analysis
