#include "analysis/concurrency/revise.h"

#include <algorithm>

#include "analysis/concurrency/visible_code.h"

namespace analysis {
namespace {

/// Cells, locks and names that nothing uses any more are left behind by each revision.
constexpr std::size_t most_revisions = 200;

bool is_same_module(const Program::Module& left, const Program::Module& right) {
  return left.name == right.name && left.imports == right.imports;
}

/// Whether the two have the same statements, but for the code of some of the first module.
bool have_same_shape(const Program& before, const Program& after) {
  return before.statements.size() == after.statements.size() &&
         before.modules_of_statements == after.modules_of_statements && before.added == after.added &&
         std::ranges::equal(before.modules, after.modules, is_same_module);
}

bool has_same_definitions(const ir::StatementFacts& left, const ir::StatementFacts& right) {
  return left.functions.size() == right.functions.size() && left.classes.size() == right.classes.size();
}

void move(Guard& guard, std::uint32_t distance) {
  guard.test = shifted(guard.test, distance);
  guard.block = shifted(guard.block, distance);
}

/// `distance` may be a negative number, which wraps around.
void move(Trace& body, std::vector<CallSite>& calls, std::uint32_t distance) {
  for (Access& access : body.accesses) access.range = shifted(access.range, distance);
  for (Guard& guard : body.guards) move(guard, distance);
  for (Guard& guard : body.presences) move(guard, distance);
  for (OwnElement& element : body.own_elements) element.range = shifted(element.range, distance);
  for (CallSite& call : calls) call.range = shifted(call.range, distance);
}

FunctionRange functions_of(const SymbolTable& symbols, std::uint32_t statement) {
  const std::vector<FunctionId>& ids = symbols.statement_functions[statement];
  return {ids.front().index, ids.back().index + 1};
}

/// Whether other statements see no difference.
bool replace_code(ConcurrencyModel& model, const Program& before, const Program& after, std::uint32_t statement) {
  const ir::StatementFacts& facts = *after.statements[statement].facts;
  if (after.modules_of_statements[statement] != 0) return false;
  if (!has_same_definitions(*before.statements[statement].facts, facts)) return false;
  const std::uint64_t seen = visible_code(model.symbols, model.cells, statement, count_name_uses(model.symbols));
  const CellTable::Aliases aliases = model.cells.aliases();
  const FunctionRange functions = functions_of(model.symbols, statement);
  model.cells.forget(functions);
  model.replaced.try_emplace(statement, before.statements[statement].facts);
  replace_code(model.symbols, statement, facts);
  model.cells.learn(functions);
  return aliases == model.cells.aliases() &&
         seen == visible_code(model.symbols, model.cells, statement, count_name_uses(model.symbols));
}

/// Whether those who enter them as context managers see no difference.
bool trace_again(ConcurrencyModel& model, FunctionRange functions, const std::stop_token& stop) {
  for (std::uint32_t i = functions.begin; i < functions.end && !stop.stop_requested(); ++i) {
    const LockSet held = model.functions[i].yield_locks;
    trace_again(model, FunctionId{i});
    if (held != model.functions[i].yield_locks) return false;
  }
  return !stop.stop_requested();
}

}  // namespace

bool revise(ConcurrencyModel& model, const Program& before, const Program& after, const std::stop_token& stop) {
  if (!have_same_shape(before, after) || most_revisions < ++model.revisions) return false;
  std::vector<std::uint32_t> changed;
  for (std::uint32_t i = 0; i < after.statements.size(); ++i) {
    if (before.statements[i].facts != after.statements[i].facts) changed.push_back(i);
  }
  for (const std::uint32_t statement : changed) {
    if (!replace_code(model, before, after, statement)) return false;
  }
  forget_conclusions(model);
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    const std::uint32_t begin = after.statements[model.symbols.functions[i].statement].begin;
    const std::uint32_t distance = begin - model.symbols.functions[i].begin;
    if (distance != 0) move(model.bodies[i], model.functions[i].calls, distance);
  }
  place_statements(model.symbols, after);
  for (const std::uint32_t statement : changed) {
    if (!trace_again(model, functions_of(model.symbols, statement), stop)) return false;
  }
  conclude(model, stop);
  return !stop.stop_requested();
}

}  // namespace analysis
