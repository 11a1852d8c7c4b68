// Marks that say what is still to be done: a loader under a key, arguments kept for later. Who takes one does the work;
// who finds none takes the work for done.
#pragma once

#include <vector>

#include "analysis/concurrency/access.h"

namespace analysis {

struct RuleContext;

/// One function that takes a mark, removes it and does what it asks for.
struct ConsumedMark {
  FunctionId function;
  const Access* taken = nullptr;    // where the mark is read; the same as `removed` for `marks.pop(k)`
  const Access* removed = nullptr;  // where it goes
  const ir::Op* work = nullptr;     // the call that does the work
  bool is_mark_called = false;      // the work is to call the mark: `loader()`
  bool is_removed_early = false;    // before the work
  // What a thread does that found no mark, for those removed early. It fails or uses a cell.
  FunctionId reader;
  const ir::Op* failure = nullptr;  // the `raise`
  const Access* use = nullptr;
};

/// Those that no lock protects, in the order of the functions. Not those whose result nobody waits for: `job =
/// jobs.pop(id, None)` followed by `job()` is how work is claimed by one thread.
[[nodiscard]] std::vector<ConsumedMark> find_consumed_marks(const RuleContext& context);

}  // namespace analysis
