#include "server/prove/proof_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
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

/// Starts a command in a process group of its own, its output in a file. The error number is that of the system.
tl::expected<pid_t, int> start(std::vector<std::string> command, const fs::path& output) {
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
  pid_t process = -1;
  const int error = ::posix_spawnp(&process, arguments.front(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return tl::unexpected(error);
  return process;
}

/// Whether the process ended in time. Afterwards nothing of its group is left.
bool wait_for(pid_t process, std::chrono::milliseconds limit) {
  // Of Linux; older systems of it say no, and are waited for by looking.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  pollfd event{.fd = handle, .events = POLLIN, .revents = 0};
  const bool has_ended = 0 <= handle && 0 < ::poll(&event, 1, static_cast<int>(limit.count()));
  if (0 <= handle) ::close(handle);
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

tl::expected<ProofResult, std::string> run_proof(const Proof& proof, const std::string& python,
                                                 std::chrono::seconds limit) {
  const ScratchFolder scratch;
  const fs::path& folder = scratch.path();
  const fs::path program = folder / fmt::format("{}.py", witness_module);
  if (folder.empty() || !write(program, witness_source()) || !write(folder / "plan.json", plan_as_json(proof)))
    return tl::unexpected(std::string("cannot write to the folder for temporary files"));
  const auto process =
      start({python, program.string(), "run", (folder / "plan.json").string(), (folder / "result.json").string()},
            folder / "output.txt");
  if (!process) return tl::unexpected(fmt::format("cannot run `{}`: {}", python, std::strerror(process.error())));
  const bool has_ended = wait_for(*process, limit);
  const auto bytes = read_bytes((folder / "result.json").string());
  const Json answer = bytes ? Json::parse(*bytes, nullptr, /*allow_exceptions=*/false) : Json();
  if (!answer.is_object()) {
    ProofResult result;
    result.message = has_ended ? "the interpreter ended without a result"
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
