// Reads the files of the workspace, so that those which no editor has open take part in the project.
#pragma once

#include "server/scheduling/diagnostics_scheduler.h"  // first: it includes Boost, see there

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "server/cache/facts_store.h"
#include "server/log.h"
#include "server/watch/file_watcher.h"

namespace server {

/// In the background: half of the workers at most, one file at a time each, so that open documents do not wait. What a
/// scan finds goes into the project at once when it ends; what becomes known meanwhile is looked at by the next one.
/// What the store knows of a text is not found out again. Main thread only. Outlives the jobs: `workers` are joined
/// before it ends.
class ProjectScan {
 public:
  ProjectScan(JobPool& workers, Workspace& workspace, DiagnosticsScheduler& scheduler, const Analysis& analysis,
              const FactsStore& store, Log& log);

  /// How far a scan is.
  struct State {
    bool is_running = false;
    std::size_t done = 0;   // files
    std::size_t total = 0;  // 0: not known yet
  };

  /// To be called before the first scan, if at all.
  void set_observe(std::function<void(const State& state)> observe) { observe_ = std::move(observe); }
  /// Every folder that is searched is watched from then on. It outlives the jobs.
  void set_watcher(FileWatcher& watcher) { watcher_ = &watcher; }

  /// The folders whose Python files belong to the project, those that git ignores and other people's packages left out.
  void set_folders(std::vector<std::string> folders);
  [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }

  /// Files, given by their canonical paths, may have another text than before. Those that no walk found are left out.
  void read_again(const std::vector<std::string>& files);
  /// The same, and others may have come or gone: looks through the folders first.
  void walk_again(const std::vector<std::string>& files = {});
  /// The text of a file is no longer that of a document.
  void closed(const std::string& file);

  /// The scan that runs reads no more files.
  void give_up();
  /// Nothing begins until it is released: it is not known what is left out.
  void hold() { is_held_ = true; }
  void release();

  /// Called when a walk has seen which settings files there are.
  void set_walked(std::function<void()> call) { walked_call_ = std::move(call); }

  /// Stops all jobs; the project stays as it is.
  void stop();

 private:
  struct KnownFile {
    std::string path;  // as the walk spells it
    std::string module;
    std::uint64_t size = 0;
    std::int64_t modified = 0;  // as of the walk
    friend bool operator==(const KnownFile&, const KnownFile&) = default;
  };
  using Files = std::map<std::string, KnownFile>;  // by canonical path
  struct Walk {
    Files files;
    FileWatcher::Watches watches;
    SettingsStore settings;  // with the files of settings that were met
  };

  void begin();
  void walk();
  void walked(std::optional<Walk> found);
  void read();
  void read_next();
  void has_read(FileModule module);
  void end();
  void tell() const;

  JobPool& workers_;
  Workspace& workspace_;
  DiagnosticsScheduler& scheduler_;
  const Analysis& analysis_;
  const FactsStore& store_;
  Log& log_;
  std::function<void(const State& state)> observe_ = [](const State& /*state*/) {};
  FileWatcher* watcher_ = nullptr;  // null: the client tells what changes
  std::function<void()> walked_call_;
  std::vector<std::string> folders_;  // canonical paths
  Files files_;                       // of the last walk
  // What is to be done next.
  bool is_walk_wanted_ = false;
  std::set<std::string> wanted_;  // canonical paths
  // The scan that runs.
  bool is_running_ = false;
  bool is_held_ = false;
  bool has_walked_ = false;
  bool is_given_up_ = false;
  std::size_t total_ = 0;  // files to read
  std::stop_source stop_;
  std::vector<std::string> queue_;  // canonical paths, the next one last
  std::size_t open_jobs_ = 0;
  std::vector<FileModule> done_;
  bool is_stopped_ = false;
};

}  // namespace server
