// Lazy initializations of a module: a test that finds a cell unset, and the writes that it guards. The rules about
// initialization are questions about these.
#pragma once

#include <vector>

#include "analysis/concurrency/model.h"
#include "analysis/rules/finding.h"

namespace analysis {

struct RuleContext;
struct Rule;

/// Points into the model: valid as long as it.
struct Initialization {
  const Trace* trace = nullptr;
  const Guard* guard = nullptr;
  std::vector<const Access*> writes;       // of the guarded part, in the region, in order
  const Access* first_binding = nullptr;   // the first write that replaces the binding; null if none
  const Access* publish = nullptr;         // the first after which the test no longer finds it unset; null if none
  std::vector<const Access*> completions;  // changes of the published object; empty when it is published complete
  bool is_filled_in_loop = false;          // the publishing write itself repeats
  LockSet write_locks;                     // held from the publishing write to the last completion
  const Guard* observer = nullptr;         // the test by which another thread passes meanwhile; null: locks exclude it
};

/// Of the run phase only, one for each guard that has writes in its region.
[[nodiscard]] std::vector<Initialization> find_initializations(const ConcurrencyModel& model);

/// What one guard of a trace guards, whenever it runs; `writes` is empty if that is nothing. Points into the trace.
[[nodiscard]] Initialization initialization_at(const ConcurrencyModel& model, const Trace& trace, const Guard& guard);

/// Index in the trace of the first access that can follow the guard's test.
[[nodiscard]] std::size_t first_after_test(const Initialization& initialization);

/// Which builds can switch threads between the test and a write of the initialization.
[[nodiscard]] BreaksOn breaks_before(const RuleContext& context, const Initialization& initialization,
                                     const Access& write);

/// Where the last write of an initialization is.
[[nodiscard]] TextRange last_write(const Initialization& initialization);

/// Whether an access concerns the part, and how deep below it: 0 is the binding or the object of the part itself.
[[nodiscard]] bool concerns(const Access& access, const CellPart& part);
[[nodiscard]] std::uint32_t depth_below(const Access& access, const CellPart& part);
/// Whether an access depends on what is in the cell: more than a test, a replacement or the writing of one element.
[[nodiscard]] bool is_use(AccessKind kind);
/// Whether the access replaces what the part is bound to.
[[nodiscard]] bool binds_part(const Access& access, const CellPart& part);

/// How messages call a part: `X`, `X[key]`.
[[nodiscard]] std::string part_name(const ConcurrencyModel& model, const CellPart& part);

/// Whether another thread can find the part set while it is still being changed.
[[nodiscard]] bool is_published_early(const Initialization& initialization);

/// Half a sentence on what is still missing at publication: "line 12 still changes it", "the loop at line 9 goes on
/// adding to it".
[[nodiscard]] std::string what_follows(const RuleContext& context, const Initialization& initialization);

/// Reports an early publication, once for each publishing write and for each cell and function.
void add_early_publication(const RuleContext& context, const Rule& rule, const Initialization& initialization,
                           std::string message, std::vector<Finding>& findings);

/// "finds it empty", "finds it `None`", "finds it missing": what a thread sees that has to initialise.
[[nodiscard]] std::string finds_unset(const Guard& guard);

/// The four steps: thread 1 finds the part unset, thread 1 publishes, thread 2 finds it set, thread 2 uses what is not
/// there.
[[nodiscard]] std::vector<Step> steps_of_early_publication(const RuleContext& context,
                                                           const Initialization& initialization);

/// The four steps of a flag that is set too soon: thread 2 finds it set and reads what thread 1 has yet to write.
[[nodiscard]] std::vector<Step> steps_of_early_flag(const RuleContext& context, const Initialization& initialization,
                                                    const Access& late_write, const Access& reader);

/// The four steps of doing it twice: both threads find it unset, thread 1 initialises, thread 2 does it again.
[[nodiscard]] std::vector<Step> steps_of_duplicate_work(const RuleContext& context,
                                                        const Initialization& initialization);

}  // namespace analysis
