#include "server/prove/proof_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "server/prove/witness_source.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// For the interpreter to start, and to write what it has found.
constexpr int seconds_to_end = 5;

constexpr int most_rounds = 100;

/// A folder of its own, gone with this.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "threadlint-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// Empty when it could not be made.
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool write(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file.good();
}

/// Starts a command in a process group of its own, its output in a file. What it starts has `mark` among its variables
/// too. The error number is that of the system.
tl::expected<pid_t, int> start(std::vector<std::string> command, std::string mark, const fs::path& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  variables.insert(variables.end(), {mark.data(), nullptr});
  pid_t process = -1;
  const int error =
      ::posix_spawnp(&process, arguments.front(), &actions, &attributes, arguments.data(), variables.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return tl::unexpected(error);
  return process;
}

/// Ends the processes that have `mark` among their variables: those that have left the group. Whether there were any.
bool end_marked(const std::string& mark) {
  bool is_any = false;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t process = 0;
    const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (error != std::errc() || rest != name.data() + name.size()) continue;
    const auto variables = read_bytes((entry.path() / "environ").string());
    if (!variables || ('\0' + *variables).find('\0' + mark + '\0') == std::string::npos) continue;
    is_any = ::kill(process, SIGKILL) == 0 || is_any;
  }
  return is_any;
}

/// Whether the process ended by itself in time. Afterwards nothing of its group is left.
bool wait_for(pid_t process, std::chrono::milliseconds limit, const std::stop_token& stop) {
  // Both are of Linux; where there is no such handle, the process is ended at once.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  const int bell = ::eventfd(0, EFD_CLOEXEC);
  bool has_ended = false;
  if (0 <= handle) {
    const std::stop_callback ring(stop, [bell] { ::eventfd_write(bell, 1); });
    std::array<pollfd, 2> events{{{handle, POLLIN, 0}, {bell, POLLIN, 0}}};
    has_ended = 0 < ::poll(events.data(), events.size(), static_cast<int>(limit.count())) && events[0].revents != 0;
    ::close(handle);
  }
  ::close(bell);
  ::kill(-process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  return has_ended;
}

Verdict verdict_named(const std::string& word) {
  if (word == "proven") return Verdict::proven;
  if (word == "other-schedule") return Verdict::other_schedule;
  return word == "not-shown" ? Verdict::not_shown : Verdict::not_run;
}

}  // namespace

std::string announcement(const Proof& proof, const std::string& python) {
  return fmt::format("importing {} from {}, which runs its code, with {}", proof.plan.module, proof.root, python);
}

tl::expected<ProofResult, std::string> run_proof(const Proof& proof, const std::string& python,
                                                 const std::stop_token& stop) {
  // The runtime ends by itself, and says what it was doing; this is for when it can not.
  const std::chrono::seconds limit(proof.seconds + seconds_to_end);
  const ScratchFolder scratch;
  const fs::path& folder = scratch.path();
  const fs::path program = folder / fmt::format("{}.py", witness_module);
  if (folder.empty() || !write(program, witness_source()) || !write(folder / "plan.json", plan_as_json(proof)))
    return tl::unexpected(std::string("cannot write to the folder for temporary files"));
  const std::string mark = "THREADLINT_PROOF=" + folder.string();
  const auto process =
      start({python, program.string(), "run", (folder / "plan.json").string(), (folder / "result.json").string()}, mark,
            folder / "output.txt");
  if (!process) return tl::unexpected(fmt::format("cannot run `{}`: {}", python, std::strerror(process.error())));
  const bool has_ended = wait_for(*process, limit, stop);
  // One that starts others faster than they are ended is not waited for.
  for (int round = 0; round < most_rounds && end_marked(mark); ++round) continue;
  const auto bytes = read_bytes((folder / "result.json").string());
  const Json answer = bytes ? Json::parse(*bytes, nullptr, /*allow_exceptions=*/false) : Json();
  if (!answer.is_object()) {
    ProofResult result;
    result.message = has_ended               ? "the interpreter ended without a result"
                     : stop.stop_requested() ? "the proof was stopped"
                                             : fmt::format("the interpreter was ended after {} seconds", limit.count());
    result.output = read_bytes((folder / "output.txt").string()).value_or("");
    return result;
  }
  return ProofResult{.verdict = verdict_named(answer.value("verdict", "")),
                     .python = answer.value("python", ""),
                     .message = answer.value("message", ""),
                     .output = answer.value("output", "")};
}

}  // namespace server
