// The accesses of a module that can race with each other: those of the run phase, cell by cell.
#pragma once

#include <vector>

#include "analysis/concurrency/model.h"

namespace analysis {

/// By the index of the cell, in reading order of the functions; points into the bodies of the model. Empty for cells
/// that each thread has for itself and for those that need no lock.
using RunAccesses = std::vector<std::vector<const Access*>>;

/// Leaves out what runs while modules are imported, classes are made and objects are constructed.
[[nodiscard]] RunAccesses collect_run_accesses(const ConcurrencyModel& model);

/// Whether the body asks for the cell before the write: then what it holds is kept on purpose, for all who come later.
[[nodiscard]] bool asks_first(const Trace& body, const Access& write);

/// The body in which an access of `RunAccesses` stands.
[[nodiscard]] inline const Trace& body_of(const ConcurrencyModel& model, const Access& access) {
  return model.bodies[access.function.index];
}

}  // namespace analysis
