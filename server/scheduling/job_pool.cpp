#include "server/scheduling/job_pool.h"

#include <algorithm>
#include <thread>

namespace server {

JobPool::JobPool(boost::asio::io_context& main_loop, unsigned threads, Log& log)
    : main_loop_(main_loop),
      log_(log),
      threads_(std::max(1U, threads == 0 ? std::thread::hardware_concurrency() : threads)),
      pool_(threads_) {}

void JobPool::discard(std::shared_ptr<const void> object) {
  if (object != nullptr) boost::asio::post(pool_, [object = std::move(object)]() mutable { object.reset(); });
}

void JobPool::join() {
  pool_.stop();
  pool_.join();
}

}  // namespace server
