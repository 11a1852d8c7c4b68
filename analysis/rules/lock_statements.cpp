#include "analysis/rules/lock_statements.h"

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/rules/local_names.h"
#include "analysis/rules/python_layout.h"
#include "analysis/rules/region_edits.h"
#include "analysis/rules/threading_import.h"
#include "analysis/syntax/indexed_tree.h"

namespace analysis {
namespace {

using Index = IndexedTree::Index;

/// Neighbours in one block.
struct Run {
  Index first;
  Index last;
  std::string lock;
};

bool is_block(Kind kind) { return kind == Kind::block || kind == Kind::module; }

/// The statements around a range, outermost first.
std::vector<Index> statements_around(const IndexedTree& tree, TextRange range) {
  std::vector<Index> found;
  Index at = 0;
  while (at < tree.size()) {
    if (tree.parent(at) != IndexedTree::none && is_block(tree.kind(tree.parent(at)))) found.push_back(at);
    Index child = at + 1;
    while (child < tree.end(at) && !tree.range(child).contains(range)) child = tree.end(child);
    if (child >= tree.end(at)) break;
    at = child;
  }
  return found;
}

/// Whether the statements share no line with others.
bool has_own_lines(const IndexedTree& tree, const Run& run) {
  const SourceText& text = tree.source();
  return is_first_on_line(text, tree.range(run.first).begin) && is_last_on_line(text, tree.range(run.last).end);
}

/// The smallest run of statements of one block that holds both ranges and has lines of its own.
std::optional<Run> run_of(const IndexedTree& tree, const LockedCode& piece) {
  const std::vector<Index> first = statements_around(tree, piece.first);
  const std::vector<Index> last = statements_around(tree, piece.last);
  std::optional<Run> smallest;
  for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
    if (tree.parent(first[i]) != tree.parent(last[i])) break;
    const Run run{first[i], last[i], piece.lock};
    if (has_own_lines(tree, run)) smallest = run;
    if (first[i] != last[i]) break;
  }
  return smallest;
}

bool is_definition(Kind kind) {
  return kind == Kind::function_definition || kind == Kind::class_definition || kind == Kind::decorated_definition;
}

/// `thread.join()`, `event.wait(1)`: whoever is waited for may want the lock.
bool waits(const IndexedTree& tree, Index call) {
  static constexpr std::array names{"acquire", "result", "sleep", "wait"};
  const Index function = tree.child(call, Field::function);
  if (tree.kind(call) != Kind::call || function == IndexedTree::none) return false;
  const std::string_view callee = tree.text(function);
  const std::string_view name = last_name(callee);
  const bool is_join = name == "join" && tree.children(tree.child(call, Field::arguments)).empty();
  return is_join || std::ranges::find(names, name) != names.end();
}

/// Why the statements cannot stand in a `with`; empty if they can.
std::string objection_to(const IndexedTree& tree, const Run& run) {
  const Index function = tree.enclosing(run.first, Kind::function_definition);
  if (function == IndexedTree::none) return "the code is in no function";
  if (tree.text(function).starts_with("async")) return "a coroutine must not wait for a lock of threads";
  for (Index at = run.first; at < tree.end(run.last); ++at) {
    if (is_definition(tree.kind(at))) return "functions are defined in between";
    if (tree.kind(at) == Kind::with_item && tree.text(at) == run.lock)
      return "a part of the code takes the lock already";
    if (waits(tree, at)) return "the lock would be held while it waits for others";
    if (tree.kind(at) == Kind::yield || tree.kind(at) == Kind::await) return "the lock would be held while others run";
  }
  return {};
}

/// Sorted; those that meet or overlap joined.
std::vector<Run> joined(const IndexedTree& tree, std::vector<Run> runs) {
  std::ranges::sort(runs, {}, [](const Run& run) { return std::pair(run.first, ~run.last); });
  std::vector<Run> result;
  for (const Run& run : runs) {
    if (result.empty() || tree.end(result.back().last) < run.first) {
      result.push_back(run);
      continue;
    }
    Run& before = result.back();
    if (run.first < tree.end(before.last)) {
      const bool is_neighbour = tree.parent(run.last) == tree.parent(before.last);
      if (is_neighbour) before.last = std::max(before.last, run.last);
    } else if (tree.parent(run.first) == tree.parent(before.first) && run.lock == before.lock) {
      before.last = run.last;
    } else {
      result.push_back(run);
    }
  }
  return result;
}

std::string make_lock(const IndexedTree& tree, const NewLock& lock, std::vector<TextEdit>& edits) {
  const std::optional<std::string> factory = name_from_threading(tree, "Lock", edits);
  if (!factory) return "there is no room for `import threading`";
  const std::vector<Index> statements = statements_around(tree, lock.cell);
  if (statements.empty()) return "what the lock guards is bound in no statement";
  const std::uint32_t begin = tree.range(statements.back()).begin;
  if (!is_first_on_line(tree.source(), begin)) return "there is no room for the lock";
  edits.push_back(line_above(tree.source(), begin, lock.target + " = " + *factory + "()"));
  return {};
}

}  // namespace

Rewrite lock_statements(const SyntaxTree& tree, const std::vector<LockedCode>& pieces, const NewLock* new_lock) {
  const IndexedTree flat(tree);
  std::vector<Run> runs;
  for (const LockedCode& piece : pieces) {
    const std::optional<Run> run = run_of(flat, piece);
    if (!run) return {{}, "the code shares its lines with other code"};
    runs.push_back(*run);
  }
  Rewrite rewrite;
  if (new_lock != nullptr) rewrite.refusal = make_lock(flat, *new_lock, rewrite.edits);
  for (const Run& run : joined(flat, std::move(runs))) {
    if (rewrite.refusal.empty()) rewrite.refusal = objection_to(flat, run);
    if (rewrite.refusal.empty())
      indent_statements(flat, {run.first, run.last}, "with " + run.lock + ":", rewrite.edits);
  }
  if (!rewrite.refusal.empty()) rewrite.edits.clear();
  return rewrite;
}

std::string unused_lock_name(const SyntaxTree& tree, std::string_view cell) {
  const IndexedTree flat(tree);
  std::vector<std::string> attributes;
  for (Index at = 0; at < flat.size(); ++at) {
    if (flat.kind(at) == Kind::identifier && flat.is_field(at, Field::attribute))
      attributes.emplace_back(flat.text(at));
  }
  return unused_name(flat, {0}, "_" + bare_name(cell) + "_lock", attributes);
}

}  // namespace analysis
