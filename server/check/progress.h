// A progress bar on the terminal, for work that takes long enough to wonder.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "server/workspace/workers.h"

namespace server {

/// Draws on stderr, and only if that is a terminal. Shows nothing during the first half second, leaves nothing behind.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows how much of `total` is done. Lives as long as the progress.
  [[nodiscard]] LoopObserver observer(std::string_view label, std::size_t total);
  /// To be called before anything else is written to the terminal.
  void clear();

 private:
  bool is_terminal_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace server
