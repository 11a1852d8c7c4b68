// A call that is made when something takes too long.
#pragma once

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

namespace server {

/// Main thread only.
class TimeLimit {
 public:
  TimeLimit(boost::asio::io_context& main_loop, std::chrono::milliseconds limit) : timer_(main_loop), limit_(limit) {}

  /// Calls once, unless it is cancelled before.
  void start(std::function<void()> call) {
    timer_.expires_after(limit_);
    timer_.async_wait([call = std::move(call)](const boost::system::error_code& cancelled) {
      if (!cancelled) call();
    });
  }
  void cancel() { timer_.cancel(); }

 private:
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds limit_;
};

}  // namespace server
