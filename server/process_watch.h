// Notices when the client's process is gone, so that no server outlives its editor.
#pragma once

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <set>

namespace server {

/// Main thread only.
class ProcessWatch {
 public:
  /// Looks every `interval`; `died` is called once, with the process that is gone.
  ProcessWatch(boost::asio::io_context& main_loop, std::chrono::milliseconds interval, std::function<void(int)> died);

  /// False if there is no such process: its number is from another machine or container, and tells nothing.
  bool watch(int process);

 private:
  void wait();
  void look();

  boost::asio::steady_timer timer_;
  std::chrono::milliseconds interval_;
  std::function<void(int)> died_;
  std::set<int> processes_;
};

}  // namespace server
