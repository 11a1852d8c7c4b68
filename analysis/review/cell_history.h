// All that a module does with each of its cells: what the bodies of its functions do, and what is done to a cell under
// the name of a parameter that it was passed for.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/concurrency/model.h"
#include "analysis/concurrency/shared_state.h"
#include "analysis/rules/initialization.h"

namespace analysis {

struct CellEvent {
  AccessKind kind = AccessKind::read;
  FunctionId function;  // whose code does it
  TextRange range;      // absolute
  Phase phase = Phase::run;
  bool is_module_level = false;    // the code of a module or class body
  bool is_binding = false;         // the name itself gets another value: `X = v`, `del X`, `X += v`
  bool is_own_element = false;     // of an element that belongs to the running thread alone
  bool is_single_element = false;  // of one element, under a key
  Mutation mutation = Mutation::none;
  Name method;    // of the call that changes the object
  LockSet locks;  // of `CellHistories::locks`
};

/// Points into the model, which must outlive it.
class CellHistories {
 public:
  /// Incomplete, and not to be used, when `stop` was requested.
  explicit CellHistories(const ConcurrencyModel& model, const std::stop_token& stop = {});

  /// By place. Empty for none.
  [[nodiscard]] const std::vector<CellEvent>& of(CellId cell) const;
  [[nodiscard]] CellId global(Name name);
  /// An attribute as the class itself has it, or as its instances do.
  [[nodiscard]] CellId attribute(ClassId in, Name name, bool is_through_instance);
  /// The model's, and those that functions know by the name of a parameter only.
  [[nodiscard]] const LockTable& locks() const { return locks_; }
  /// Lazy ones of the run phase in functions that know the cell by the name of a parameter: what a decorator keeps for
  /// its functions in a dictionary of the caller's. No rule sees them.
  [[nodiscard]] const std::vector<Initialization>& initializations() const { return initializations_; }

 private:
  void add(const Access& access, Phase phase);
  void add_own_element(const OwnElement& element);
  void add_calls(const std::stop_token& stop);
  void add_passed(const Trace& trace);
  void add_initializations(const Trace& trace);
  [[nodiscard]] Phase phase(FunctionId function) const { return phases_[function.index]; }
  /// When a function runs to which the root of a trace passes a cell: with the root, but what it defines at any time.
  [[nodiscard]] Phase phase_of_callee(FunctionId callee, FunctionId root) const;

  const ConcurrencyModel& model_;
  CellTable cells_;  // the model's, and cells that nothing accesses
  LockTable locks_;  // the model's, and others
  std::vector<std::vector<CellEvent>> events_;
  std::vector<std::unique_ptr<const Trace>> passed_;  // that `initializations_` point into
  std::vector<Initialization> initializations_;
  std::vector<Phase> phases_;
};

}  // namespace analysis
