// Threads for the batch parts of the program, and loops over them.
#pragma once

#include <utility>  // before Boost 1.74, whose headers miss it

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>

namespace server {

/// A pool that knows its size.
class Workers {
 public:
  /// `threads` is at least 1.
  explicit Workers(unsigned threads) : count_(threads), pool_(threads) {}

  [[nodiscard]] unsigned count() const { return count_; }
  [[nodiscard]] boost::asio::thread_pool& pool() { return pool_; }

 private:
  unsigned count_;
  boost::asio::thread_pool pool_;
};

/// The number of threads that the machine runs at once, at least 1.
[[nodiscard]] unsigned hardware_threads();

/// `index` is below the loop's count. `worker` is below `Workers::count()`, and no two calls with the same one overlap.
using LoopBody = std::function<void(std::size_t index, unsigned worker)>;

/// Called with the number of finished indices.
using LoopObserver = std::function<void(std::size_t done)>;

/// Runs `body` for every index below `count`, low ones first, and returns when all are done. `observer` is called from
/// the calling thread, ten times a second while the loop runs.
void for_each_index(Workers& workers, std::size_t count, const LoopBody& body, const LoopObserver& observer = {});

}  // namespace server
