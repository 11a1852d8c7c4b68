// Who shares a cell, how sure that is, and when code runs: what decides whether an interleaving can happen at all.
#pragma once

#include <string>

#include "analysis/concurrency/model.h"
#include "analysis/semantics/place_names.h"

namespace analysis {

/// What says that several threads reach a cell (reference/accuracy.md §1b). Globals and class-level objects need no
/// proof.
struct Sharing {
  int pieces = 0;  // independent pieces of evidence; 0: nothing says that it is shared, but for a suspicion
  bool is_certain =
      false;  // a global, a class-level object, a singleton, an object in a global, a cell that is locked elsewhere
  bool is_on_thread = false;  // a method that touches it runs on a thread that this program starts
  std::string evidence;       // half a sentence for the message; without pieces: what makes one suspect it, or empty
};
/// `by`, when given, is the method in question: that an object of another class is shared says nothing about what it
/// does to its own.
[[nodiscard]] Sharing sharing_of(const ConcurrencyModel& model, CellId cell, FunctionId by = {});

/// The same for the objects of a class, whatever is done to them.
[[nodiscard]] Sharing sharing_of_objects(const ConcurrencyModel& model, ClassId id);

/// Whether one object may run methods of both classes.
[[nodiscard]] bool may_be_one_object(const ConcurrencyModel& model, ClassId left, ClassId right);

/// `ConcurrencyModel::phases`, from what else is known of the functions.
[[nodiscard]] std::vector<Phase> find_phases(const ConcurrencyModel& model);
[[nodiscard]] inline Phase phase_of(const ConcurrencyModel& model, FunctionId function) {
  return model.phases[function.index];
}

/// Whether nothing but private functions that nobody is seen to call leads to the function: a helper for tests, or for
/// friends in other modules.
[[nodiscard]] bool is_called_nowhere(const ConcurrencyModel& model, FunctionId function);

}  // namespace analysis
