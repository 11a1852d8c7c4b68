// Everything that rules ask about the concurrency of one module.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "analysis/concurrency/trace.h"

namespace analysis {

/// Constant once built. Holds views of the statements it was built from: they must outlive it.
struct ConcurrencyModel {
  explicit ConcurrencyModel(const Program& program);
  ConcurrencyModel(const ConcurrencyModel&) = delete;
  ConcurrencyModel& operator=(const ConcurrencyModel&) = delete;

  SymbolTable symbols;
  CellTable cells;
  LockTable locks;
  std::vector<FunctionFacts> functions;
  std::vector<Trace> bodies;                       // of every function, calls not followed
  std::vector<std::vector<FunctionId>> accessors;  // see accessors_of
  bool is_event_loop_code = false;                 // the module is written for one event loop or GUI thread
  std::vector<Trace>
      initializations;  // of the functions that ask whether a cell is unset and may set it, calls followed

  [[nodiscard]] const FunctionSymbol& function(FunctionId id) const { return symbols.function(id); }
  /// In the order of `bodies`.
  [[nodiscard]] std::span<const FunctionId> accessors_of(CellId cell) const {
    return cell.index < accessors.size() ? std::span<const FunctionId>(accessors[cell.index])
                                         : std::span<const FunctionId>();
  }
  [[nodiscard]] std::string name_of(CellId cell) const { return display_name(symbols, cells.cell(cell)); }
};

/// Incomplete, and not to be used, when `stop` was requested.
[[nodiscard]] std::unique_ptr<const ConcurrencyModel> build_model(const Program& program,
                                                                  const std::stop_token& stop = {});

}  // namespace analysis
