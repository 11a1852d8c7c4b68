// A thread that blocks on a file descriptor and hands whole messages on.
#pragma once

#include <functional>
#include <thread>

#include "server/transport/input.h"

namespace server {

/// Reads from construction on, until the end of input or its own end.
class StdinReader {
 public:
  /// `receive` is called on the reader's thread, in the order of the input, `EndOfInput` last.
  StdinReader(int input, std::function<void(Input)> receive);
  ~StdinReader();
  StdinReader(const StdinReader&) = delete;
  StdinReader& operator=(const StdinReader&) = delete;

 private:
  void run() const;

  int input_;
  int wake_[2] = {-1, -1};  // a pipe; a byte in it ends the thread
  std::function<void(Input)> receive_;
  std::thread thread_;
};

}  // namespace server
