#include "server/transport/stdout_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace server {
namespace {

// A pipe that polls as writable takes this much without blocking.
constexpr std::size_t piece = 4096;

// How long a client that does not read may hold the writer up, at a time; when closing, before it is given up.
constexpr int patience_ms = 1000;

}  // namespace

StdoutWriter::StdoutWriter(int output, Log& log) : output_(output), log_(log), thread_([this] { run(); }) {}

StdoutWriter::~StdoutWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void StdoutWriter::write(std::string bytes) {
  queued_bytes_ += bytes.size();
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(bytes));
  }
  changed_.notify_one();
}

void StdoutWriter::run() {
  bool is_open = true;
  while (true) {
    std::string bytes;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_closing_ || !queue_.empty(); });
      if (queue_.empty()) return;
      bytes = std::move(queue_.front());
      queue_.pop_front();
    }
    if (is_open) is_open = write_now(bytes);
    queued_bytes_ -= bytes.size();
  }
}

/// False when the client can not be reached any more.
bool StdoutWriter::write_now(const std::string& bytes) {
  for (std::size_t begin = 0; begin < bytes.size();) {
    if (!wait_for_room()) {
      log_.warn("the client does not read: messages are lost");
      return false;
    }
    const ssize_t count = ::write(output_, bytes.data() + begin, std::min(piece, bytes.size() - begin));
    if (0 <= count) {
      begin += static_cast<std::size_t>(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      log_.warn("the client can not be written to: {}", std::strerror(errno));
      return false;
    }
  }
  return true;
}

/// Waits for a slow client as long as it takes, but not when closing.
bool StdoutWriter::wait_for_room() {
  while (true) {
    pollfd file{output_, POLLOUT, 0};
    const int ready = poll(&file, 1, patience_ms);
    if (0 < ready) return true;
    const std::lock_guard lock(mutex_);
    if (ready == 0 && is_closing_) return false;
  }
}

}  // namespace server
