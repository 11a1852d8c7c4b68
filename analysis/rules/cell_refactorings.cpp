#include "analysis/rules/cell_refactorings.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "analysis/concurrency/cell_protection.h"
#include "analysis/rules/keep_per_thread.h"
#include "analysis/rules/lock_repairs.h"
#include "analysis/rules/rule_context.h"

namespace analysis {
namespace {

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || 0x80 <= byte;
}

/// Whether the name stands in `place` of the text so that it touches `range`.
bool is_named_at(std::string_view text, TextRange place, std::string_view name, TextRange range) {
  for (std::size_t at = text.find(name, place.begin); at < place.end; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool is_whole = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (is_whole && at <= range.end && range.begin <= end) return true;
  }
  return false;
}

bool is_named_at(const RuleContext& context, CellId id, TextRange range) {
  const ConcurrencyModel& model = context.model;
  const std::string_view text = context.text.bytes();
  const std::string_view name = model.symbols.names.text(model.cells.cell(id).name);
  if (name.empty()) return false;
  const auto is_here = [&](TextRange place) {
    return is_in_module(context, place) && is_named_at(text, place, name, range);
  };
  const auto is_access = [&](const Access* access) { return is_here(access->range); };
  const auto is_binding = [&](const CellTable::Binding& binding) {
    return is_here(model.function(binding.function).absolute(binding.op->range));
  };
  return std::ranges::any_of(context.accesses[id.index], is_access) ||
         std::ranges::any_of(bindings_of(model, id), is_binding);
}

/// What belongs to one request, or to one call, could as well belong to the thread that works on it.
bool is_of_one_thread(const std::vector<Finding>& findings, const std::string& symbol) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.symbol == symbol && finding.rule->info.name == "request-state-on-shared-object";
  });
}

}  // namespace

std::vector<Refactoring> refactor_cells(const RuleContext& context, const SyntaxTree& tree,
                                        const std::vector<Finding>& findings, TextRange range) {
  std::vector<Refactoring> result;
  // Who selects several lines means none of the names in them.
  if (context.text.row(range.begin) != context.text.row(range.end)) return result;
  for (std::uint32_t i = 0; i < context.accesses.size(); ++i) {
    const CellId cell{i};
    if (context.accesses[i].empty() || !is_named_at(context, cell, range)) continue;
    const std::string symbol = symbol_of(context, cell);
    // A lock around each step keeps the requests no more apart.
    std::optional<Fix> fix = is_of_one_thread(findings, symbol) ? keep_per_thread(context, tree, cell)
                                                                : hold_lock_everywhere(context, tree, cell);
    if (fix) result.push_back({.fix = *std::move(fix), .symbol = symbol});
  }
  return result;
}

}  // namespace analysis
