// Finds the top-level statements of a module, takes over those that are known, and lowers the others.
#include "analysis/semantics/lowering.h"

#include <xxhash.h>

#include <iterator>
#include <unordered_map>

#include "analysis/semantics/lowering_state.h"
#include "analysis/semantics/top_level.h"

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

std::uint64_t key_of(std::string_view text, bool is_broken, bool is_in_error, bool begins_its_line) {
  const XXH64_hash_t seed = (is_broken ? 1U : 0U) | (is_in_error ? 2U : 0U) | (begins_its_line ? 4U : 0U);
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

  std::shared_ptr<const ir::StatementFacts> facts_of(const TopLevel& statement);
};

std::shared_ptr<const ir::StatementFacts> Lowerer::facts_of(const TopLevel& statement) {
  const TextRange range = statement.range();
  const std::string_view own_text = text.substr(range.begin, range.size());
  const bool is_broken = statement.node.has_error();
  const bool begins_its_line = begins_line(text, range.begin);
  const std::uint64_t key = key_of(own_text, is_broken, statement.is_in_error, begins_its_line);
  // How the parser recovers from an error depends on what stands around it: the same broken text may give other trees.
  const auto same = is_broken ? known.end() : known.find(key);
  if (same != known.end() && (*same->second)->size == range.size()) return *same->second;

  clear(state);
  state.text = own_text;
  state.facts.key = key;
  state.facts.has_error = is_broken || statement.is_in_error;
  state.facts.size = range.size();
  flatten(statement.node, text.substr(statement.shift), state.tree);
  const ir::FunctionIndex module = state.begin_function(ir::FunctionKind::module, {0, range.size()});
  state.facts.functions[module.index].body = {0, range.size()};
  if (statement.node.kind() != Kind::comment) lower_statement(state, flat_root);
  state.end_function();
  lower_comments(state, begins_its_line);
  return finished(state);
}

}  // namespace

std::vector<ir::PlacedStatement> lower(const SyntaxTree& tree, const std::vector<ir::PlacedStatement>& previous,
                                       const std::stop_token& stop) {
  Lowerer lowerer{.text = tree.text().bytes(), .known = {}, .state = {}};
  for (const ir::PlacedStatement& statement : previous) lowerer.known.emplace(statement.facts->key, &statement.facts);

  const lowering::TopLevelStatements found = lowering::find_statements(tree, stop);
  std::vector<ir::PlacedStatement> statements;
  statements.reserve(found.statements.size());
  for (const TopLevel& statement : found.statements) {
    if (stop.stop_requested()) return {};
    statements.push_back({statement.range().begin, lowerer.facts_of(statement)});
  }
  return statements;
}

}  // namespace analysis
