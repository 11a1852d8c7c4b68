// A value that is made when it is first asked for, without a lock.
#pragma once

#include <atomic>
#include <memory>

namespace analysis {

/// May be shared between threads.
template <typename T>
class MadeOnce {
 public:
  MadeOnce() = default;
  explicit MadeOnce(T value) : value_(new T(std::move(value))) {}
  MadeOnce(const MadeOnce&) = delete;
  MadeOnce& operator=(const MadeOnce&) = delete;
  ~MadeOnce() { delete value_.load(); }

  /// The same each time. `make` may be called by several threads at once, and may throw.
  template <typename Make>
  const T& get(const Make& make) const {
    if (const T* const known = value_.load()) return *known;
    auto made = std::make_unique<const T>(make());
    const T* other = nullptr;
    // Of several threads that make it at once the first one's stays.
    return value_.compare_exchange_strong(other, made.get()) ? *made.release() : *other;
  }

 private:
  mutable std::atomic<const T*> value_{nullptr};
};

}  // namespace analysis
