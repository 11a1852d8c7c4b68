// Runs jobs on threads and brings their results back to the main loop.
#pragma once

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <memory>

#include "server/log.h"

namespace server {

/// `main_loop` and `log` outlive it.
class JobPool {
 public:
  /// 0 threads: as many as the machine has cores.
  JobPool(boost::asio::io_context& main_loop, unsigned threads, Log& log);

  /// Runs `job()` on a worker, then `done(its result)` on the main loop. A job that throws gives an empty result.
  template <class Job, class Done>
  void run(Job job, Done done) {
    boost::asio::post(pool_, [this, job = std::move(job), done = std::move(done)]() mutable {
      auto result = run_guarded(job);
      boost::asio::post(main_loop_,
                        [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    });
  }

  [[nodiscard]] unsigned threads() const { return threads_; }

  /// Freeing facts takes time that the main loop has not.
  void discard(std::shared_ptr<const void> object);

  /// Waits for the running jobs, which are to be told before that nobody wants them. The others never run.
  void join();

 private:
  template <class Job>
  auto run_guarded(Job& job) -> decltype(job()) {
    try {
      return job();
    } catch (const std::exception& error) {
      log_.error("a job failed: {}", error.what());
      return {};
    }
  }

  boost::asio::io_context& main_loop_;
  Log& log_;
  unsigned threads_;  // at least 1
  boost::asio::thread_pool pool_;
};

}  // namespace server
