#include "server/workspace/workers.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

namespace server {

unsigned hardware_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

void for_each_index(Workers& workers, std::size_t count, const LoopBody& body, const LoopObserver& observer) {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  const auto run = [&](unsigned worker) {
    for (std::size_t index = next++; index < count; index = next++) {
      body(index, worker);
      ++done;
    }
  };

  // A future, because it can be awaited for a while and carries what a job throws when memory runs out.
  std::vector<std::future<void>> jobs;
  for (unsigned worker = 0; worker < std::min<std::size_t>(workers.count(), count); ++worker) {
    std::packaged_task<void()> task([&run, worker] { run(worker); });
    jobs.push_back(task.get_future());
    boost::asio::post(workers.pool(), std::move(task));
  }
  for (std::future<void>& job : jobs) {
    while (observer && job.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) observer(done);
    job.wait();
  }
  for (std::future<void>& job : jobs) job.get();
}

}  // namespace server
