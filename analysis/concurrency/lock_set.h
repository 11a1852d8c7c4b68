// Which locks are certainly held at a point.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/semantics/ids.h"

namespace analysis {

using LockId = Id<struct LockTag>;

/// Kept sorted.
class LockSet {
 public:
  [[nodiscard]] bool empty() const { return locks_.empty(); }
  [[nodiscard]] bool contains(LockId lock) const { return std::ranges::binary_search(locks_, lock); }
  [[nodiscard]] std::span<const LockId> locks() const { return locks_; }
  void insert(LockId lock);
  void erase(LockId lock) { std::erase(locks_, lock); }
  friend bool operator==(const LockSet&, const LockSet&) = default;

 private:
  std::vector<LockId> locks_;
};

/// Locks that both hold.
[[nodiscard]] LockSet intersection(const LockSet& left, const LockSet& right);
[[nodiscard]] LockSet united(const LockSet& left, const LockSet& right);

/// The lock behind `_acquire_lock()` and its like.
inline constexpr const char* hidden_lock = "the module's lock";

/// The locks of a module by the path that names them: two places with equal names are the same lock.
class LockTable {
 public:
  LockId intern(const std::string& name);
  [[nodiscard]] const std::string& name(LockId lock) const { return names_[lock.index]; }
  /// As messages call it: the name in backticks, or words for a lock that functions of the module hide.
  [[nodiscard]] std::string description(LockId lock) const;

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, LockId> ids_;
};

}  // namespace analysis
