// Everything that rules ask about the concurrency of one module.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "analysis/concurrency/holders.h"
#include "analysis/concurrency/trace.h"
#include "analysis/text/made_once.h"

namespace analysis {

/// When a function runs: while the module is imported, before threads start (only from `if __name__ == "__main__"`), or
/// at any time. Import-phase code races with nobody.
enum class Phase : std::uint8_t { import, setup, run };

/// Constant once built, but for revise.h. Holds views of the statements it was built from: they must outlive it.
struct ConcurrencyModel {
  explicit ConcurrencyModel(const Program& program);
  ConcurrencyModel(const ConcurrencyModel&) = delete;
  ConcurrencyModel& operator=(const ConcurrencyModel&) = delete;

  SymbolTable symbols;
  CellTable cells;
  LockTable locks;
  std::vector<FunctionFacts> functions;
  std::vector<Trace> bodies;  // of every function, calls not followed
  std::vector<std::pair<FunctionId, Trace>>
      bodies_alone;                                // those of functions that are called with locks, without these locks
  std::vector<std::vector<FunctionId>> accessors;  // see accessors_of
  std::vector<std::vector<FunctionId>> testers;    // by cell: those that ask whether it is set, calls included
  std::vector<bool> can_race;                      // by cell: cell_protection.h
  std::vector<Phase> phases;                       // of every function
  std::string thread_import;                       // "the module imports `threading`", or empty
  bool is_event_loop_code = false;                 // the module is written for one event loop or GUI thread
  bool is_python_2 = false;                        // it was written for Python 2, whose `items()` makes a list
  std::vector<Trace>
      initializations;  // of the functions that ask whether a cell is unset and may set it, calls followed
  std::optional<MadeOnce<Holders>> known_holders;  // see holders
  // Of revise.h: how often it happened, and the code that statements had first, whose names are still views of it.
  std::size_t revisions = 0;
  std::map<std::uint32_t, std::shared_ptr<const ir::StatementFacts>> replaced;

  [[nodiscard]] const FunctionSymbol& function(FunctionId id) const { return symbols.function(id); }
  /// In the order of `bodies`.
  [[nodiscard]] std::span<const FunctionId> accessors_of(CellId cell) const {
    return cell.index < accessors.size() ? std::span<const FunctionId>(accessors[cell.index])
                                         : std::span<const FunctionId>();
  }
  /// In the order of `bodies`.
  [[nodiscard]] std::span<const FunctionId> testers_of(CellId cell) const {
    return cell.index < testers.size() ? std::span<const FunctionId>(testers[cell.index])
                                       : std::span<const FunctionId>();
  }
  /// Found when they are first asked for.
  [[nodiscard]] const Holders& holders() const {
    return known_holders->get([this] { return find_holders(symbols, cells, functions); });
  }
  [[nodiscard]] std::string name_of(CellId cell) const { return display_name(symbols, cells.cell(cell)); }
};

/// Incomplete, and not to be used, when `stop` was requested.
[[nodiscard]] std::unique_ptr<ConcurrencyModel> build_model(const Program& program, const std::stop_token& stop = {});

/// The steps of `build_model`, for revise.h. First: back to what each function is alone.
void forget_conclusions(ConcurrencyModel& model);
/// Then those whose code is new. Cells and locks that nothing names any more stay known.
void trace_again(ConcurrencyModel& model, FunctionId function);
/// Last: what follows from all of them together.
void conclude(ConcurrencyModel& model, const std::stop_token& stop);

}  // namespace analysis
