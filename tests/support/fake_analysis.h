// An analysis that is easy to foresee: it finds the word `BUG`, and can be held up.
#pragma once

#include <atomic>
#include <future>
#include <memory>

#include "analysis/rules/rule.h"
#include "server/scheduling/analysis.h"

namespace tests {

extern const analysis::Rule word_rule;  // "incomplete-initialization"

/// An error at each `BUG` of the text, with two steps: the test at the text's first line, the return at the word. Each
/// has a fix that writes `FIX`, and one that can not be done.
[[nodiscard]] server::Analysis word_analysis();

/// Holds workers up at a place until the test opens it. May be opened once.
class Gate {
 public:
  /// Waits until a worker stands here.
  void wait_for_worker() { arrived_.get_future().wait(); }
  void open() { opened_.set_value(); }

  /// For the worker. Only the first is held up and counts as arrived.
  void pass() {
    if (was_reached_.exchange(true)) return;
    arrived_.set_value();
    opened_.get_future().wait();
  }

 private:
  std::atomic<bool> was_reached_ = false;
  std::promise<void> arrived_;
  std::promise<void> opened_;
};

}  // namespace tests
