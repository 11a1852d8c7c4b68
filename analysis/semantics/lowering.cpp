// Finds the top-level statements of a module, takes over those that are known, and lowers the others.
#include "analysis/semantics/lowering.h"

#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <unordered_map>

#include "analysis/semantics/lowering_state.h"
#include "analysis/semantics/top_level.h"
#include "analysis/syntax/pieces.h"
#include "analysis/text/common_ends.h"

namespace analysis {
namespace {

using lowering::State;
using lowering::TopLevel;

/// Whether only blanks stand before `offset` on its line.
bool begins_line(std::string_view text, std::uint32_t offset) {
  while (0 < offset) {
    const char before = text[--offset];
    if (before == '\n' || before == '\r') return true;
    if (before != ' ' && before != '\t' && before != '\f') return false;
  }
  return true;
}

std::uint64_t key_of(std::string_view text, const TopLevel& statement, bool begins_its_line) {
  const XXH64_hash_t seed = (statement.node.has_error() ? 1U : 0U) | (statement.is_in_error ? 2U : 0U) |
                            (begins_its_line ? 4U : 0U) | (statement.is_in_broken_tree ? 8U : 0U);
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

void clear(State& state) {
  state.names.clear();
  state.facts.mentions_threads = false;
  state.facts.places.clear();
  state.facts.segments.clear();
  state.facts.values.clear();
  state.facts.arguments.clear();
  state.facts.calls.clear();
  state.facts.tests.clear();
  state.facts.exceptions.clear();
  state.facts.functions.clear();
  state.facts.classes.clear();
  state.facts.imports.clear();
  state.facts.directives.clear();
  state.thread_mentions.clear();
}

/// The facts in the making, without spare capacity.
std::shared_ptr<const ir::StatementFacts> finished(State& state) {
  ir::StatementFacts& made = state.facts;
  auto facts = std::make_shared<ir::StatementFacts>();
  facts->key = made.key;
  facts->has_error = made.has_error;
  facts->is_in_broken_tree = made.is_in_broken_tree;
  facts->mentions_threads = made.mentions_threads;
  facts->size = made.size;
  facts->names.assign(state.names.names().begin(), state.names.names().end());
  facts->places = made.places;
  facts->segments = made.segments;
  facts->values = made.values;
  facts->arguments = made.arguments;
  facts->calls = made.calls;
  facts->tests = made.tests;
  facts->exceptions = made.exceptions;
  facts->functions.assign(std::make_move_iterator(made.functions.begin()),
                          std::make_move_iterator(made.functions.end()));
  facts->classes.assign(std::make_move_iterator(made.classes.begin()), std::make_move_iterator(made.classes.end()));
  facts->imports = made.imports;
  facts->directives = made.directives;
  return facts;
}

/// Looks a statement up among those that are known, or lowers it.
struct Lowerer {
  std::string_view text;
  std::unordered_map<std::uint64_t, const std::shared_ptr<const ir::StatementFacts>*> known;
  State state;

  Lowerer(std::string_view new_text, const LoweredText& previous) : text(new_text) {
    for (const ir::PlacedStatement& statement : previous.statements)
      known.emplace(statement.facts->key, &statement.facts);
  }

  std::shared_ptr<const ir::StatementFacts> facts_of(const TopLevel& statement);
  void add(const SyntaxTree& parsed, std::uint32_t shift, const std::stop_token& stop,
           std::vector<ir::PlacedStatement>& statements);
};

std::shared_ptr<const ir::StatementFacts> Lowerer::facts_of(const TopLevel& statement) {
  const TextRange range = statement.range();
  const std::string_view own_text = text.substr(range.begin, range.size());
  const bool begins_its_line = begins_line(text, range.begin);
  const std::uint64_t key = key_of(own_text, statement, begins_its_line);
  // How the parser recovers from an error depends on what stands around it: the same statement, even one without an
  // error, may give other trees.
  const auto same = statement.is_in_broken_tree ? known.end() : known.find(key);
  if (same != known.end() && (*same->second)->size == range.size()) return *same->second;

  clear(state);
  state.text = own_text;
  state.facts.key = key;
  state.facts.has_error = statement.node.has_error() || statement.is_in_error;
  state.facts.is_in_broken_tree = statement.is_in_broken_tree;
  state.facts.size = range.size();
  flatten(statement.node, text.substr(statement.shift), state.tree);
  const ir::FunctionIndex module = state.begin_function(ir::FunctionKind::module, {0, range.size()});
  state.facts.functions[module.index].body = {0, range.size()};
  if (statement.node.kind() != Kind::comment) lower_statement(state, flat_root);
  state.end_function();
  lower_comments(state, begins_its_line);
  return finished(state);
}

void Lowerer::add(const SyntaxTree& parsed, std::uint32_t shift, const std::stop_token& stop,
                  std::vector<ir::PlacedStatement>& statements) {
  std::vector<TopLevel> found;
  lowering::add_statements(parsed, shift, found);
  for (const TopLevel& statement : found) {
    if (stop.stop_requested()) return;
    statements.push_back({statement.range().begin, facts_of(statement)});
  }
}

/// What the pieces of a text were lowered to. Mostly the next text has the same pieces in front of and behind what was
/// edited: those are told by their place.
class KnownPieces {
 public:
  KnownPieces(const LoweredText& lowered, std::string_view next)
      : lowered_(lowered), ends_(common_ends(lowered.text, next)) {
    const std::string_view text = lowered.text;
    shift_ = next.size() - text.size();
    next_size_ = next.size();
    std::size_t first = 0;
    for (const TextRange piece : pieces_of(text)) {
      std::size_t end = first;
      while (end < lowered.statements.size() && lowered.statements[end].begin < piece.end) ++end;
      const bool is_whole = end_of_first(first) <= piece.begin && end_of_first(end) <= piece.end;
      if (is_whole) {
        pieces_.push_back({piece, first, end});
        const bool is_edited = ends_.front < piece.end && piece.begin < text.size() - ends_.back;
        if (is_edited) edited_.emplace(text.substr(piece.begin, piece.size()), pieces_.size() - 1);
      }
      first = end;
    }
  }

  /// Whether there is a piece of the same text as this one of the next text.
  [[nodiscard]] bool contains(std::string_view text, TextRange piece) const { return find(text, piece) != nullptr; }

  /// Adds the statements of a piece of the next text. False when it is not known.
  bool add(std::string_view text, TextRange piece, std::vector<ir::PlacedStatement>& statements) const {
    const Known* const known = find(text, piece);
    if (known == nullptr) return false;
    for (std::size_t i = known->first; i < known->end; ++i) {
      const ir::PlacedStatement& statement = lowered_.statements[i];
      statements.push_back({statement.begin - known->range.begin + piece.begin, statement.facts});
    }
    return true;
  }

 private:
  struct Known {
    TextRange range;
    std::size_t first = 0;  // of its statements
    std::size_t end = 0;
  };

  const Known* find(std::string_view text, TextRange piece) const {
    if (piece.end <= ends_.front) return at(piece);
    if (next_size_ - ends_.back <= piece.begin) {
      const auto shift = static_cast<std::uint32_t>(shift_);  // wraps where the text became shorter
      return at({piece.begin - shift, piece.end - shift});
    }
    const auto found = edited_.find(text.substr(piece.begin, piece.size()));
    return found == edited_.end() ? nullptr : &pieces_[found->second];
  }

  const Known* at(TextRange range) const {
    const auto found = std::ranges::lower_bound(pieces_, range, {}, &Known::range);
    return found == pieces_.end() || found->range != range ? nullptr : &*found;
  }

  /// Where the first `count` statements end.
  std::uint32_t end_of_first(std::size_t count) const {
    return count == 0 ? 0 : lowered_.statements[count - 1].begin + lowered_.statements[count - 1].facts->size;
  }

  const LoweredText& lowered_;
  CommonEnds ends_;
  std::size_t shift_ = 0;
  std::size_t next_size_ = 0;
  std::vector<Known> pieces_;                                 // in order
  std::unordered_map<std::string_view, std::size_t> edited_;  // those that the edit touched, by text
};

/// Whether the statement in front of a border may go on behind it, where it is in brackets.
bool may_go_on(std::string_view piece) { return piece.starts_with("from ") || piece.starts_with('@'); }

/// Whether the statements of a piece are from a tree with errors. One without statements may be.
bool is_broken(std::span<const ir::PlacedStatement> piece) {
  return piece.empty() || std::ranges::any_of(piece, [](const auto& each) { return each.facts->is_in_broken_tree; });
}

}  // namespace

std::vector<ir::PlacedStatement> lower(std::string_view text, const SyntaxTree& tree, const LoweredText& previous,
                                       const std::stop_token& stop) {
  Lowerer lowerer(text, previous);
  std::vector<ir::PlacedStatement> statements;
  lowerer.add(tree, 0, stop, statements);
  return stop.stop_requested() ? std::vector<ir::PlacedStatement>() : statements;
}

LoweredPieces lower_pieces(std::string_view text, const LoweredText& previous, std::size_t most_new,
                           const std::stop_token& stop) {
  const KnownPieces known(previous, text);
  const std::vector<TextRange> pieces = pieces_of(text);
  std::size_t new_bytes = 0;
  for (const TextRange range : pieces) {
    if (!known.contains(text, range)) new_bytes += range.size();
  }
  if (most_new < new_bytes) return {.statements = {}, .is_certain = false};
  Lowerer lowerer(text, previous);
  LoweredPieces result;
  bool was_broken = false;  // the piece before
  for (const TextRange range : pieces) {
    const std::string_view piece = text.substr(range.begin, range.size());
    const std::size_t first = result.statements.size();
    if (!known.add(text, range, result.statements)) {
      const auto parsed = parse(make_source_text(std::string(piece)), stop);
      if (parsed) lowerer.add(*parsed, range.begin, stop, result.statements);
    }
    if (stop.stop_requested()) return {};
    const bool is_broken_too = is_broken(std::span(result.statements).subspan(first));
    if (was_broken && is_broken_too && may_go_on(piece)) result.is_certain = false;
    was_broken = is_broken_too;
  }
  return result;
}

}  // namespace analysis
