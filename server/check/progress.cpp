#include "server/check/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace server {

Progress::Progress() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

LoopObserver Progress::observer(std::string_view label, std::size_t total) {
  if (!is_terminal_) return {};
  return [this, label, total](std::size_t done) {
    constexpr std::size_t width = 30;
    if (std::chrono::steady_clock::now() - begin_ < std::chrono::milliseconds(500)) return;
    const std::size_t filled = total == 0 ? width : done * width / total;
    fmt::print(stderr, "\r{:<10} [{:<{}}] {}/{}\x1b[K", label, std::string(filled, '='), width, done, total);
    is_drawn_ = true;
  };
}

void Progress::clear() {
  if (is_drawn_) fmt::print(stderr, "\r\x1b[K");
  is_drawn_ = false;
}

}  // namespace server
