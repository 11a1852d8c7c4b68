// The half sentence that says why a cell has its verdict.

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/review/verdict.h"
#include "analysis/rules/rule.h"

namespace analysis {
namespace {

bool is_change(const CellEvent& event) { return is_write(event.kind) && event.phase != Phase::import; }

std::string title(const ConcurrencyModel& model, FunctionId function) {
  const FunctionSymbol& symbol = model.function(function);
  const ModuleScope& module = model.symbols.module_of(symbol);
  const bool is_own = &module == &model.symbols.modules.front();
  if (symbol.qualified_name.empty()) return is_own ? "module-level code" : "`" + module.name + "`";
  return "`" + (is_own ? "" : module.name + ".") + symbol.qualified_name + "`";
}

/// "`f`", "`f` and `g`", "`f` and 3 other functions": those of the events that fit, in reading order.
template <class Fits>
std::string functions_that(const ConcurrencyModel& model, const std::vector<CellEvent>& events, Fits fits) {
  std::vector<std::string> names;
  for (const CellEvent& event : events) {
    if (!fits(event)) continue;
    std::string name = title(model, event.function);
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  if (names.empty()) return {};
  if (names.size() == 1) return names[0];
  if (names.size() == 2) return names[0] + " and " + names[1];
  return fmt::format("{} and {} other functions", names[0], names.size() - 1);
}

/// "change" for several functions, "changes" for one.
std::string with_verb(const std::string& functions, std::string_view singular, std::string_view plural) {
  const bool is_plural = functions.find(" and ") != std::string::npos;
  return fmt::format("{} {}", functions, is_plural ? plural : singular);
}

/// `X += 1`.
bool rebinds_from_itself(const CellEvent& event) {
  return is_change(event) && event.is_binding && event.mutation == Mutation::extend;
}

bool removes(const CellEvent& event) {
  return is_change(event) && !event.is_own_element &&
         (event.mutation == Mutation::remove || event.kind == AccessKind::item_delete);
}

bool resizes(const CellEvent& event) {
  return is_change(event) && !event.is_binding && event.kind != AccessKind::attribute_write &&
         event.mutation != Mutation::reorder;
}

/// What can break when two threads change and use a container; empty when it is only old against new.
std::string hazard_of(const ConcurrencyModel& model, const std::vector<CellEvent>& events) {
  const auto iterates = [](const CellEvent& event) {
    return event.kind == AccessKind::iterate && event.phase != Phase::import;
  };
  const std::string iterators = functions_that(model, events, iterates);
  if (!iterators.empty()) {
    const std::string changers = functions_that(model, events, resizes);
    if (!changers.empty())
      return fmt::format("{} over it while {} its size", with_verb(iterators, "iterates", "iterate"),
                         with_verb(changers, "may change", "may change"));
  }
  const std::string removers = functions_that(model, events, removes);
  if (!removers.empty())
    return fmt::format("{} what another thread may just have found in it", with_verb(removers, "removes", "remove"));
  return {};
}

std::string guarded_share(const LockTable& locks, const std::vector<CellEvent>& events) {
  std::size_t all = 0;
  std::size_t held = 0;
  LockId lock;
  for (const CellEvent& event : events) {
    if (event.phase == Phase::import) continue;
    ++all;
    if (event.locks.empty()) continue;
    ++held;
    lock = event.locks.locks().front();
  }
  if (held == 0) return {};
  return fmt::format("{} is held in {} of {} places", locks.description(lock), held, all);
}

std::string reason_for_lazy(const ConcurrencyModel& model, const ReviewedCell& cell,
                            const std::vector<CellEvent>& events) {
  const auto sets = [](const CellEvent& event) { return is_change(event) && event.kind != AccessKind::unbind; };
  const auto sets_element = [](const CellEvent& event) { return is_change(event) && event.is_single_element; };
  const std::string by_element = functions_that(model, events, sets_element);
  const std::string how =
      by_element.empty()
          ? with_verb(functions_that(model, events, sets), "sets it to a finished value", "set it to finished values")
          : with_verb(by_element, "stores one finished element at a time", "store one finished element at a time");
  if (cell.duplicate == DuplicateInitialization::none) return how + ", once";
  return how + "; two threads may both do the work";
}

}  // namespace

std::string reason_for(const ConcurrencyModel& model, const LockTable& locks, const ReviewedCell& cell,
                       const std::vector<CellEvent>& events, const std::vector<Finding>& findings) {
  const auto finding = std::ranges::find_if(findings, [&](const Finding& each) {
    const bool is_worst = cell.incomplete != IncompleteInitialization::problem || each.effect == Effect::incomplete;
    return each.symbol == cell.symbol && is_worst && each.severity <= Severity::warning;
  });
  if (finding != findings.end()) return finding->message;
  if (cell.incomplete == IncompleteInitialization::problem)
    return "it passes its own test before it is filled, so another thread may use it unfinished";
  if (cell.protection == "thread-local") return "every thread has its own";
  if (cell.protection == "context-var") return "every context has its own";
  if (cell.protection == "per-thread-key") return "its keys are threads, and each thread changes only its own element";

  const auto changes = [](const CellEvent& event) { return is_change(event); };
  const auto rebinds = [](const CellEvent& event) { return is_change(event) && event.is_binding; };
  const auto edits = [](const CellEvent& event) { return is_change(event) && !event.is_binding; };
  const std::string changers = functions_that(model, events, changes);
  if (changers.empty()) {
    if (cell.is_changed_elsewhere) return "another module changes it";
    if (cell.protection == "import-lock") return "only module-level code changes it, while the module is imported";
    if (cell.is_hidden) return "nothing changes it: methods set instance attributes of that name, which hide it";
    return "nothing changes it after the import";
  }
  if (cell.protection.starts_with("lock:"))
    return with_verb(changers, "changes", "change") + " it with `" + cell.protection.substr(5) + "` held";
  if (cell.incomplete == IncompleteInitialization::ok) return reason_for_lazy(model, cell, events);

  std::string reason;
  const std::string editors = functions_that(model, events, edits);
  const std::string binders = functions_that(model, events, rebinds);
  const auto updates = [](const CellEvent& event) { return rebinds_from_itself(event); };
  const std::string updaters = functions_that(model, events, updates);
  if (!updaters.empty()) {
    reason = with_verb(updaters, "reads and rebinds", "read and rebind") + " it in two steps: an update may be lost";
  } else if (!binders.empty()) {
    reason = with_verb(binders, "rebinds", "rebind") + " it: other threads see the old value or the new one";
  } else {
    reason = with_verb(editors, "changes", "change") + " it in place without a lock";
  }
  if (const std::string share = guarded_share(locks, events); !share.empty()) reason += "; " + share;
  if (const std::string hazard = hazard_of(model, events); !hazard.empty()) reason += "; " + hazard;
  return reason;
}

}  // namespace analysis
