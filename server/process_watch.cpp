#include "server/process_watch.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>

namespace server {
namespace {

bool lives(int process) { return kill(process, 0) == 0 || errno != ESRCH; }

}  // namespace

ProcessWatch::ProcessWatch(boost::asio::io_context& main_loop, std::chrono::milliseconds interval,
                           std::function<void(int)> died)
    : timer_(main_loop), interval_(interval), died_(std::move(died)) {}

bool ProcessWatch::watch(int process) {
  // 0 and negative numbers stand for groups of processes.
  if (process <= 0 || !lives(process)) return false;
  const bool was_watching = !processes_.empty();
  processes_.insert(process);
  if (!was_watching) wait();
  return true;
}

void ProcessWatch::wait() {
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) look();
  });
}

void ProcessWatch::look() {
  const auto dead = std::ranges::find_if_not(processes_, lives);
  if (dead == processes_.end()) return wait();
  died_(*dead);
}

}  // namespace server
