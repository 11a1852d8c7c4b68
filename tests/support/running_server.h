// The server of this process on a thread of its own, behind two pipes.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

#include "server/serve.h"

namespace tests {

/// Runs from construction until its input ends or it is told to exit.
class RunningServer {
 public:
  explicit RunningServer(server::ServeOptions options);
  /// Ends the input and waits.
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  void write(std::string_view bytes) const;
  /// Blocks until there is something. Empty: the server has ended.
  [[nodiscard]] std::string read() const;
  void close_input();
  /// Waits for the server to end: its exit code.
  int wait();
  /// What it logged; to be called after `wait`.
  [[nodiscard]] std::string log() const { return log_text_.str(); }

 private:
  int to_server_[2];
  int from_server_[2];
  std::ostringstream log_text_;
  std::unique_ptr<server::Log> log_;
  int exit_code_ = -1;
  std::thread thread_;
};

}  // namespace tests
