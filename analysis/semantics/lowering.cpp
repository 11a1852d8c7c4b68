// Finds the top-level statements of a module, takes over those that are known, and lowers the others.
#include "analysis/semantics/lowering.h"

#include <xxhash.h>

#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>

#include "analysis/semantics/class_in_parts.h"
#include "analysis/semantics/top_level.h"
#include "analysis/syntax/class_body.h"
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

struct KeyFlags {
  bool has_error = false;
  bool is_in_error = false;
  bool begins_its_line = false;
  bool is_in_broken_tree = false;
};

std::uint64_t key_of(std::string_view text, KeyFlags flags) {
  const XXH64_hash_t seed = (flags.has_error ? 1U : 0U) | (flags.is_in_error ? 2U : 0U) |
                            (flags.begins_its_line ? 4U : 0U) | (flags.is_in_broken_tree ? 8U : 0U);
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

bool is_class(Kind kind) { return kind == Kind::class_definition || kind == Kind::decorated_definition; }

/// Looks a statement up among those that are known, or lowers it.
struct Lowerer {
  std::string_view text;
  std::unordered_map<std::uint64_t, const std::shared_ptr<const ir::StatementFacts>*> known;
  lowering::KnownParts known_parts;
  bool keeps_parts;  // who has edited a class will do so again
  State state;
  std::vector<PartedClass> classes;  // that were put together

  Lowerer(std::string_view new_text, const LoweredText& previous)
      : text(new_text), known_parts(previous.classes), keeps_parts(!previous.statements.empty()) {
    for (const ir::PlacedStatement& statement : previous.statements)
      known.emplace(statement.facts->key, &statement.facts);
  }

  /// Null if it is not known.
  std::shared_ptr<const ir::StatementFacts> find(std::uint64_t key, std::uint32_t size) const;
  std::shared_ptr<const ir::StatementFacts> facts_of(const TopLevel& statement, const SyntaxTree& tree);
  std::shared_ptr<const ir::StatementFacts> facts_of(lowering::ClassInParts& parted, std::string_view own_text);
  /// Adds the statements of a tree from number `first` on.
  void add(const SyntaxTree& parsed, std::uint32_t shift, std::size_t first, const std::stop_token& stop,
           std::vector<ir::PlacedStatement>& statements);
  /// Adds the statements of a piece that is a class and what follows it. False when it has to be parsed as a whole.
  bool add_in_parts(TextRange piece, const ClassBody& body, const std::stop_token& stop,
                    std::vector<ir::PlacedStatement>& statements);
};

std::shared_ptr<const ir::StatementFacts> Lowerer::find(std::uint64_t key, std::uint32_t size) const {
  const auto same = known.find(key);
  return same != known.end() && (*same->second)->size == size ? *same->second : nullptr;
}

std::shared_ptr<const ir::StatementFacts> Lowerer::facts_of(const TopLevel& statement, const SyntaxTree& tree) {
  const TextRange range = statement.range();
  const std::string_view own_text = text.substr(range.begin, range.size());
  const KeyFlags flags{.has_error = statement.node.has_error(),
                       .is_in_error = statement.is_in_error,
                       .begins_its_line = begins_line(text, range.begin),
                       .is_in_broken_tree = statement.is_in_broken_tree};
  const std::uint64_t key = key_of(own_text, flags);
  // How the parser recovers from an error depends on what stands around it: the same statement, even one without an
  // error, may give other trees.
  if (!statement.is_in_broken_tree) {
    if (auto facts = find(key, range.size())) return facts;
    const bool is_large_class = lowering::least_in_parts <= own_text.size() && is_class(statement.node.kind());
    if (keeps_parts && is_large_class && flags.begins_its_line) {
      auto parted = lowering::cut_in_parts(state, statement.node, own_text, tree.text().bytes(), known_parts);
      if (parted) return facts_of(*parted, own_text);
    }
  }
  state.clear();
  state.text = own_text;
  state.facts.key = key;
  state.facts.has_error = flags.has_error || flags.is_in_error;
  state.facts.is_in_broken_tree = statement.is_in_broken_tree;
  state.facts.size = range.size();
  flatten(statement.node, text.substr(statement.shift), state.tree);
  const ir::FunctionIndex module = state.begin_function(ir::FunctionKind::module, {0, range.size()});
  state.facts.functions[module.index].body = {0, range.size()};
  if (statement.node.kind() != Kind::comment) lower_statement(state, flat_root);
  state.end_function();
  lower_comments(state, {0, range.size()}, flags.begins_its_line);
  return std::make_shared<const ir::StatementFacts>(state.finished());
}

std::shared_ptr<const ir::StatementFacts> Lowerer::facts_of(lowering::ClassInParts& parted, std::string_view own_text) {
  const KeyFlags flags{.has_error = parted.has_error, .begins_its_line = true, .is_in_broken_tree = parted.has_error};
  const std::uint64_t key = key_of(own_text, flags);
  auto facts = parted.has_error ? nullptr : find(key, parted.size);
  if (facts == nullptr) {
    put_together(state, parted, own_text);
    state.facts.key = key;
    state.facts.is_in_broken_tree = parted.has_error;
    facts = std::make_shared<const ir::StatementFacts>(state.finished());
  }
  if (keeps_parts) classes.push_back({facts, std::move(parted.parts)});
  return facts;
}

void Lowerer::add(const SyntaxTree& parsed, std::uint32_t shift, std::size_t first, const std::stop_token& stop,
                  std::vector<ir::PlacedStatement>& statements) {
  std::vector<TopLevel> found;
  lowering::add_statements(parsed, shift, found);
  for (std::size_t i = first; i < found.size(); ++i) {
    if (stop.stop_requested()) return;
    statements.push_back({found[i].range().begin, facts_of(found[i], parsed)});
  }
}

bool Lowerer::add_in_parts(TextRange piece, const ClassBody& body, const std::stop_token& stop,
                           std::vector<ir::PlacedStatement>& statements) {
  const std::string_view piece_text = text.substr(piece.begin, piece.size());
  auto parted = lowering::parse_in_parts(state, piece_text, body, known_parts, stop);
  if (!parted) return false;
  statements.push_back({piece.begin, facts_of(*parted, piece_text.substr(0, parted->size))});
  if (parted->last_part != nullptr) {
    add(*parted->last_part, piece.begin + parted->last_part_shift, 1, stop, statements);
  }
  if (piece_text.size() <= body.end) return true;
  const auto rest = parse(make_source_text(std::string(piece_text.substr(body.end))), stop);
  if (rest != nullptr) add(*rest, piece.begin + body.end, 0, stop, statements);
  return true;
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
    before_ = lowered.pieces != nullptr ? *lowered.pieces : analysis::pieces_of(text);
    for (const TextRange piece : before_.ranges) {
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

  /// Those of the next text.
  [[nodiscard]] Pieces pieces_of(std::string_view next) const {
    return analysis::pieces_of(next, before_, lowered_.text.size(), ends_);
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
  Pieces before_;
  CommonEnds ends_;
  std::size_t shift_ = 0;
  std::size_t next_size_ = 0;
  std::vector<Known> pieces_;                                 // in order
  std::unordered_map<std::string_view, std::size_t> edited_;  // those that the edit touched, by text
};

/// Whether the statement in front of a border may go on behind it, where it is in brackets.
bool may_go_on(std::string_view piece) { return piece.starts_with("from ") || piece.starts_with('@'); }

std::string_view without_blanks(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r\f"), line.size()));
  return line.substr(0, line.find_last_not_of(" \t\r\f") + 1);
}

/// Whether the parser passes over the end of a piece though nothing in it is wrong: behind a backslash, and behind
/// `async`, which is a name where no `def` follows.
bool goes_on(std::string_view piece) {
  if (piece.ends_with("\\\n") || piece.ends_with("\\\r\n")) return true;
  const std::string_view code = piece.substr(0, piece.find_last_not_of(" \t\r\n\f") + 1);
  return without_blanks(code.substr(code.rfind('\n') + 1)) == "async";  // all of it where there is no other line
}

/// Whether a piece that is broken may need the next one: it ends in `from x`, which may go on in the next line, or in a
/// decorator, however far that is indented.
bool may_need_next(std::string_view piece) {
  bool is_last = true;  // of the lines with code
  for (bool is_first_line = false; !is_first_line;) {
    const std::size_t newline = piece.rfind('\n');
    is_first_line = newline == std::string_view::npos;
    const std::string_view line = without_blanks(is_first_line ? piece : piece.substr(newline + 1));
    piece = piece.substr(0, newline);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with('@') || (is_last && line.starts_with("from "))) return true;
    if (line.starts_with("def ") || line.starts_with("class ") || line.starts_with("async ")) return false;
    is_last = false;
  }
  return false;
}

/// Whether the statements of a piece are from a tree with errors. One without statements may be.
bool is_broken(std::span<const ir::PlacedStatement> piece) {
  return piece.empty() || std::ranges::any_of(piece, [](const auto& each) { return each.facts->is_in_broken_tree; });
}

/// A piece that `KnownPieces` does not have.
struct NewPiece {
  ClassBody body;        // without parts if it is not to be parsed in parts
  std::size_t size = 0;  // of what has to be parsed
};

NewPiece look_at(std::string_view piece, const lowering::KnownParts& known) {
  NewPiece result{.body = {}, .size = piece.size()};
  if (piece.size() < lowering::least_in_parts) return result;
  result.body = class_body_of(piece);
  for (std::size_t i = 0; i < result.body.parts.size(); ++i) {
    if (known.find(piece, result.body, i) != nullptr) result.size -= result.body.parts[i].size();
  }
  return result;
}

/// Which of the classes whose parts are known are worth keeping.
enum class Keep : std::uint8_t { those_that_are_there, all };

/// The classes that were put together, and of those before them the ones to keep.
std::vector<PartedClass> kept_classes(std::vector<PartedClass> made, const LoweredText& previous,
                                      std::span<const ir::PlacedStatement> statements, Keep keep) {
  for (const PartedClass& known : previous.classes) {
    const auto is_this = [&](const auto& other) { return other.facts == known.facts; };
    const bool is_kept = keep == Keep::all || std::ranges::any_of(statements, is_this);
    if (is_kept && std::ranges::none_of(made, is_this)) made.push_back(known);
  }
  return made;
}

}  // namespace

Lowered lower(std::string_view text, const SyntaxTree& tree, const LoweredText& previous, const std::stop_token& stop) {
  Lowerer lowerer(text, previous);
  Lowered result;
  lowerer.add(tree, 0, 0, stop, result.statements);
  if (stop.stop_requested()) return {};
  result.classes = kept_classes(std::move(lowerer.classes), previous, result.statements, Keep::those_that_are_there);
  return result;
}

Lowered lower_pieces(std::string_view text, const LoweredText& previous, std::size_t most_new,
                     const std::stop_token& stop) {
  const KnownPieces known(previous, text);
  Pieces pieces = known.pieces_of(text);
  Lowerer lowerer(text, previous);
  std::vector<NewPiece> new_pieces;
  std::size_t new_bytes = 0;
  for (const TextRange range : pieces.ranges) {
    if (known.contains(text, range)) continue;
    new_pieces.push_back(look_at(text.substr(range.begin, range.size()), lowerer.known_parts));
    new_bytes += new_pieces.back().size;
  }
  const auto uncertain = [&]() -> Lowered {
    return {.statements = {}, .is_certain = false, .classes = {}, .pieces = std::move(pieces)};
  };
  if (most_new < new_bytes) return uncertain();
  Lowered result;
  std::string_view before;  // the piece before
  bool was_broken = false;
  Keep keep = Keep::those_that_are_there;
  auto next_new = new_pieces.begin();
  for (const TextRange range : pieces.ranges) {
    const std::string_view piece = text.substr(range.begin, range.size());
    const std::size_t first = result.statements.size();
    if (!known.add(text, range, result.statements)) {
      const ClassBody& body = next_new++->body;
      const bool is_done = !body.parts.empty() && lowerer.add_in_parts(range, body, stop, result.statements);
      if (!is_done && most_new < piece.size()) return uncertain();
      if (!is_done) {
        // A class that cannot be cut while something is half typed will be cut again.
        if (!body.parts.empty()) keep = Keep::all;
        const auto parsed = parse(make_source_text(std::string(piece)), stop);
        if (parsed) lowerer.add(*parsed, range.begin, 0, stop, result.statements);
      }
    }
    if (stop.stop_requested()) return {};
    const bool is_broken_too = is_broken(std::span(result.statements).subspan(first));
    const bool may_be_one = was_broken && ((is_broken_too && may_go_on(piece)) || may_need_next(before));
    if (may_be_one || goes_on(before)) result.is_certain = false;
    was_broken = is_broken_too;
    before = piece;
  }
  result.classes = kept_classes(std::move(lowerer.classes), previous, result.statements, keep);
  result.pieces = std::move(pieces);
  return result;
}

}  // namespace analysis
