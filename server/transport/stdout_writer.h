// A thread with a queue, so that a slow client never blocks the main loop. Holds the only mutex of the program.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "server/log.h"

namespace server {

class StdoutWriter {
 public:
  StdoutWriter(int output, Log& log);

  /// Writes what is queued, as long as the client goes on reading, then ends the thread.
  ~StdoutWriter();
  StdoutWriter(const StdoutWriter&) = delete;
  StdoutWriter& operator=(const StdoutWriter&) = delete;

  /// Returns at once. Bytes are dropped when the client has closed its side.
  void write(std::string bytes);

  /// Bytes that the client has not taken yet. May be asked on any thread.
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

 private:
  void run();
  [[nodiscard]] bool write_now(const std::string& bytes);
  [[nodiscard]] bool wait_for_room();

  int output_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;  // under mutex_
  std::atomic<std::size_t> queued_bytes_ = 0;
  bool is_closing_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace server
