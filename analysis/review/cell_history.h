// All that a module does with each of its cells: what the bodies of its functions do, and what is done to a cell under
// the name of a parameter that it was passed for.
#pragma once

#include <stop_token>
#include <vector>

#include "analysis/concurrency/model.h"
#include "analysis/concurrency/shared_state.h"

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
  Name method;  // of the call that changes the object
  LockSet locks;
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

 private:
  void add(const Access& access, Phase phase);
  void add_own_element(const OwnElement& element);
  void add_calls(const std::stop_token& stop);
  [[nodiscard]] Phase phase(FunctionId function);

  const ConcurrencyModel& model_;
  CellTable cells_;  // the model's, and cells that nothing accesses
  std::vector<std::vector<CellEvent>> events_;
  std::vector<Phase> phases_;
};

}  // namespace analysis
