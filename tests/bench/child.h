// Programs under measurement, as processes of their own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct Usage {
  double wall_ms = 0;
  double user_ms = 0;
  double system_ms = 0;
  double peak_bytes = 0;  // of memory
  int exit_code = -1;     // -1: it did not run, or a signal ended it
};

/// Runs a program to its end, its output thrown away.
[[nodiscard]] Usage run(const std::vector<std::string>& command);

/// A program that reads from and writes to us. Ends when this ends.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t process() const { return process_; }

  void write(std::string_view bytes);
  /// Waits for more of its output. Empty when it has ended.
  [[nodiscard]] std::string read();

 private:
  pid_t process_ = -1;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace bench
