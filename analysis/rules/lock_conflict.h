// What goes wrong when one access of a cell holds a lock and another does not hold the same one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/concurrency/access.h"
#include "analysis/rules/finding.h"

namespace analysis {

struct ConcurrencyModel;
struct RuleContext;

/// Whether the lock is known by hearsay only: "the caller's lock", that of a decorator. It may be any lock.
[[nodiscard]] bool is_assumed_lock(const ConcurrencyModel& model, LockId lock);
/// Whether no lock excludes the two from each other. An assumed lock excludes every other.
[[nodiscard]] bool are_unexcluded(const ConcurrencyModel& model, const LockSet& left, const LockSet& right);

/// Whether the container of a cell can tell of a change while it is gone through: a dictionary, a set, or one whose
/// kind is not known and that is used by key.
[[nodiscard]] bool notices_changes(const RuleContext& context, CellId cell, const Access& change);

/// Two threads of which each does what its locks allow, and the harm. `first` and `second` are what one thread does to
/// the cell, in this order and with no `other` expected in between; they may be one access.
struct LockConflict {
  const Access* first = nullptr;
  const Access* other = nullptr;
  const Access* second = nullptr;
  Effect effect = Effect::none;
  std::string harm = {};  // what `second` sees, without subject
};

/// How `access` and some other access of its cell collide whose locks do not exclude it; nothing when each of them is
/// complete in itself. Only conflicts whose harm can be named count.
[[nodiscard]] std::optional<LockConflict> find_conflict(const RuleContext& context, const Access& access);

/// The two accesses that one function makes in one locked region of the cell, of which the second relies on the first.
struct Compound {
  const Access* first = nullptr;
  const Access* second = nullptr;
};
/// Nothing when the function uses the cell only once under `access`'s locks.
[[nodiscard]] std::optional<Compound> compound_around(const RuleContext& context, const Access& access);

[[nodiscard]] std::vector<Step> steps_of_conflict(const RuleContext& context, const LockConflict& conflict);
[[nodiscard]] BreaksOn breaks_on(const RuleContext& context, const LockConflict& conflict);

/// The locks as messages call them: "`A` and `B`".
[[nodiscard]] std::string describe_locks(const ConcurrencyModel& model, const LockSet& locks);

}  // namespace analysis
