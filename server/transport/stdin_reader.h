// A thread that blocks on a file descriptor and hands whole messages on.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>

#include "server/transport/input.h"

namespace server {

/// Reads from construction on, until the end of input or its own end. Pauses while what it has read is not yet handled
/// or answered: so a client that sends without reading waits, instead of filling our memory.
class StdinReader {
 public:
  /// `receive` is called on the reader's thread, in the order of the input, `EndOfInput` last, each with its length in
  /// bytes. So is `may_read`, which says whether there is room for more.
  using Receive = std::function<void(Input input, std::size_t size)>;
  StdinReader(int input, Receive receive, std::function<bool()> may_read);
  ~StdinReader();
  StdinReader(const StdinReader&) = delete;
  StdinReader& operator=(const StdinReader&) = delete;

 private:
  void run() const;

  int input_;
  int wake_[2] = {-1, -1};  // a pipe; a byte in it ends the thread
  Receive receive_;
  std::function<bool()> may_read_;
  std::thread thread_;
};

}  // namespace server
