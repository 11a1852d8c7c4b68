#include "analysis/concurrency/effect_summary.h"

#include <algorithm>
#include <optional>

namespace analysis {
namespace {

/// A summary that names more cells than this is of no use to anyone and costs a lot.
constexpr std::size_t most_cells = 400;

/// Adds `from` to `to`, both sorted; whether something came in.
bool merge(std::vector<CellId>& to, const std::vector<CellId>& from) {
  if (from.empty() || most_cells < to.size() || std::ranges::includes(to, from)) return false;
  std::vector<CellId> all;
  std::ranges::set_union(to, from, std::back_inserter(all));
  to = std::move(all);
  return true;
}

void sort_and_unique(std::vector<CellId>& cells) {
  std::ranges::sort(cells);
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
}

}  // namespace

void propagate_locks(const SymbolTable& symbols, std::vector<FunctionFacts>& functions) {
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    for (const CallSite& site : functions[i].calls) {
      if (site.callee) functions[site.callee.index].callers.push_back(FunctionId{i});
    }
  }
  // Locks only come in, from callers that already have theirs: a few rounds reach the helpers of helpers.
  for (int round = 0; round < 4; ++round) {
    std::vector<std::optional<LockSet>> held(functions.size());
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
      for (const CallSite& site : functions[i].calls) {
        if (!site.callee) continue;
        const LockSet here = united(site.locks, functions[i].entry_locks);
        std::optional<LockSet>& all = held[site.callee.index];
        all = all ? intersection(*all, here) : here;
      }
    }
    bool is_changed = false;
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
      if (!held[i] || functions[i].is_address_taken || !is_private_name(symbols, symbols.functions[i])) continue;
      const LockSet all = united(functions[i].entry_locks, *held[i]);
      is_changed = is_changed || !(all == functions[i].entry_locks);
      functions[i].entry_locks = all;
    }
    if (!is_changed) break;
  }
}

void find_constructors(const SymbolTable& symbols, std::vector<FunctionFacts>& functions) {
  for (std::uint32_t i = 0; i < functions.size(); ++i) {
    const FunctionSymbol& function = symbols.functions[i];
    functions[i].is_construction = is_private_phase(symbols.text(function, function.code->name));
  }
  bool is_changed = true;
  while (is_changed) {
    is_changed = false;
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
      FunctionFacts& function = functions[i];
      const FunctionSymbol& symbol = symbols.functions[i];
      if (function.is_construction || function.callers.empty() || function.is_address_taken) continue;
      if (symbol.receiver != Receiver::instance || !is_private_name(symbols, symbol)) continue;
      function.is_construction = std::ranges::all_of(function.callers, [&](FunctionId caller) {
        return functions[caller.index].is_construction && symbols.function(caller).receiver == Receiver::instance;
      });
      is_changed = is_changed || function.is_construction;
    }
  }
}

void summarise_effects(const std::vector<Trace>& bodies, std::vector<FunctionFacts>& functions) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    FunctionFacts& function = functions[i];
    const auto writes = std::ranges::count_if(bodies[i].accesses, is_write, &Access::kind);
    function.writes.reserve(static_cast<std::size_t>(writes));
    function.reads.reserve(bodies[i].accesses.size() - function.writes.capacity());
    function.tests.reserve(bodies[i].guards.size());
    for (const Access& access : bodies[i].accesses) {
      (is_write(access.kind) ? function.writes : function.reads).push_back(access.cell);
    }
    for (const Guard& guard : bodies[i].guards) function.tests.push_back(guard.part.cell);
    sort_and_unique(function.reads);
    sort_and_unique(function.writes);
    sort_and_unique(function.tests);
    std::ranges::set_union(function.reads, function.writes, std::back_inserter(function.own_accesses));
  }
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < functions.size(); ++i) open.push_back(i);
  while (!open.empty()) {
    const FunctionFacts& callee = functions[open.back()];
    open.pop_back();
    for (const FunctionId id : callee.callers) {
      FunctionFacts& caller = functions[id.index];
      if (&caller == &callee) continue;
      const bool is_changed = static_cast<int>(merge(caller.reads, callee.reads)) +
                                  merge(caller.writes, callee.writes) + merge(caller.tests, callee.tests) !=
                              0;
      if (is_changed) open.push_back(id.index);
    }
  }
}

}  // namespace analysis
