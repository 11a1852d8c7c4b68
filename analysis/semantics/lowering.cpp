// Finds the top-level statements of a module, takes over those that are known, and lowers the others.
#include "analysis/semantics/lowering.h"

#include <xxhash.h>

#include <iterator>
#include <unordered_map>

#include "analysis/semantics/lowering_state.h"

namespace analysis {
namespace {

using lowering::State;

bool is_statement(Kind kind) {
  switch (kind) {
    case Kind::assert_statement:
    case Kind::break_statement:
    case Kind::class_definition:
    case Kind::continue_statement:
    case Kind::decorated_definition:
    case Kind::delete_statement:
    case Kind::exec_statement:
    case Kind::expression_statement:
    case Kind::for_statement:
    case Kind::function_definition:
    case Kind::future_import_statement:
    case Kind::global_statement:
    case Kind::if_statement:
    case Kind::import_from_statement:
    case Kind::import_statement:
    case Kind::match_statement:
    case Kind::nonlocal_statement:
    case Kind::pass_statement:
    case Kind::print_statement:
    case Kind::raise_statement:
    case Kind::return_statement:
    case Kind::try_statement:
    case Kind::type_alias_statement:
    case Kind::while_statement:
    case Kind::with_statement:
      return true;
    default:
      return false;
  }
}

struct TopLevel {
  Node node;
  bool is_in_error = false;
};

/// The statements of the module and comments with directives, those in error nodes and loose blocks included.
std::vector<TopLevel> top_level(const SyntaxTree& tree) {
  std::vector<TopLevel> found;
  std::vector<TopLevel> open{{tree.root(), false}};
  while (!open.empty()) {
    const auto [node, is_in_error] = open.back();
    open.pop_back();
    const Kind kind = node.kind();
    const bool is_broken = is_in_error || kind == Kind::error;
    if (is_statement(kind) || (kind == Kind::comment && lowering::is_directive(tree.text().slice(node.range())))) {
      found.push_back({node, is_broken});
    } else if (kind == Kind::module || kind == Kind::error || kind == Kind::block) {
      const std::vector<Node> children = children_of(node);
      for (auto child = children.rbegin(); child != children.rend(); ++child) open.push_back({*child, is_broken});
    }
  }
  return found;
}

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

std::shared_ptr<const ir::StatementFacts> lower_one(State& state, const Node& node, std::string_view text,
                                                    std::uint64_t key, bool has_error, bool begins_its_line) {
  const TextRange range = node.range();
  clear(state);
  state.text = text.substr(range.begin, range.size());
  state.facts.key = key;
  state.facts.has_error = has_error;
  state.facts.size = range.size();
  flatten(node, text, state.tree);
  const ir::FunctionIndex module = state.begin_function(ir::FunctionKind::module, {0, range.size()});
  state.facts.functions[module.index].body = {0, range.size()};
  if (node.kind() != Kind::comment) lower_statement(state, flat_root);
  state.end_function();
  lower_comments(state, begins_its_line);
  return finished(state);
}

}  // namespace

std::vector<ir::PlacedStatement> lower(const SyntaxTree& tree, const std::vector<ir::PlacedStatement>& previous,
                                       const std::stop_token& stop) {
  std::unordered_map<std::uint64_t, const std::shared_ptr<const ir::StatementFacts>*> known;
  for (const ir::PlacedStatement& statement : previous) known.emplace(statement.facts->key, &statement.facts);

  const std::string_view text = tree.text().bytes();
  std::vector<ir::PlacedStatement> statements;
  State state;
  for (const auto& [node, is_in_error] : top_level(tree)) {
    if (stop.stop_requested()) return {};
    const TextRange range = node.range();
    const bool is_broken = node.has_error();
    const bool begins_its_line = begins_line(text, range.begin);
    const std::uint64_t key = key_of(text.substr(range.begin, range.size()), is_broken, is_in_error, begins_its_line);
    // How the parser recovers from an error depends on what stands around it: the same broken text may give other trees.
    const auto same = is_broken ? known.end() : known.find(key);
    const bool is_known = same != known.end() && (*same->second)->size == range.size();
    statements.push_back(
        {range.begin, is_known ? *same->second : lower_one(state, node, text, key, is_in_error || is_broken, begins_its_line)});
  }
  return statements;
}

}  // namespace analysis
