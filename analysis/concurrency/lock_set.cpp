#include "analysis/concurrency/lock_set.h"

#include <iterator>

namespace analysis {

void LockSet::insert(LockId lock) {
  const auto at = std::ranges::lower_bound(locks_, lock);
  if (at == locks_.end() || *at != lock) locks_.insert(at, lock);
}

LockSet intersection(const LockSet& left, const LockSet& right) {
  LockSet both;
  for (const LockId lock : left.locks()) {
    if (right.contains(lock)) both.insert(lock);
  }
  return both;
}

LockSet united(const LockSet& left, const LockSet& right) {
  LockSet all = left;
  for (const LockId lock : right.locks()) all.insert(lock);
  return all;
}

LockId LockTable::intern(const std::string& name) {
  const auto [entry, is_new] = ids_.try_emplace(name, LockId{static_cast<std::uint32_t>(names_.size())});
  if (is_new) names_.push_back(name);
  return entry->second;
}

std::string LockTable::description(LockId lock) const {
  return name(lock) == hidden_lock ? name(lock) : "`" + name(lock) + "`";
}

}  // namespace analysis
