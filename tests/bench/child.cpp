#include "tests/bench/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/bench/statistics.h"

namespace bench {
namespace {

/// -1 if it cannot be started. Negative descriptors stand for /dev/null.
pid_t start(std::vector<std::string> command, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (input < 0) posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (output < 0) posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (0 <= input) posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  if (0 <= output) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);

  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t process = -1;
  if (posix_spawn(&process, arguments.front(), &actions, nullptr, arguments.data(), environ) != 0) process = -1;
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

Usage run(const std::vector<std::string>& command) {
  const Clock::time_point begin = Clock::now();
  const pid_t process = start(command, -1, -1);
  int status = 0;
  rusage used{};
  if (process < 0 || ::wait4(process, &status, 0, &used) < 0) return {};
  return {.wall_ms = milliseconds_since(begin),
          .user_ms = milliseconds(used.ru_utime),
          .system_ms = milliseconds(used.ru_stime),
          .peak_bytes = static_cast<double>(used.ru_maxrss) * 1024,
          .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

Child::Child(const std::vector<std::string>& command) {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (::pipe2(to_child.data(), O_CLOEXEC) != 0 || ::pipe2(from_child.data(), O_CLOEXEC) != 0) return;
  process_ = start(command, to_child[0], from_child[1]);
  ::close(to_child[0]);
  ::close(from_child[1]);
  input_ = to_child[1];
  output_ = from_child[0];
}

Child::~Child() {
  ::close(input_);
  ::close(output_);
  if (0 < process_) ::waitpid(process_, nullptr, 0);
}

void Child::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(input_, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string Child::read() {
  std::string bytes(1 << 16, '\0');
  const ssize_t size = ::read(output_, bytes.data(), bytes.size());
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace bench
