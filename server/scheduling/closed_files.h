// What the rules say of the files of the workspace that no editor has open.
#pragma once

#include "server/scheduling/diagnostics_scheduler.h"  // first: it includes Boost, see there

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace server {

/// After a pause without changes of the project, on half of the workers at most and one file at a time each, so that
/// open documents do not wait. A file is looked at again only if what it takes from the project is another thing than
/// before. Main thread only. Outlives the jobs: `workers` are joined before it ends.
class ClosedFiles {
 public:
  struct Result {
    std::string file;                                       // canonical path
    std::shared_ptr<const analysis::ProjectModule> module;  // null: the file is gone; there are no findings
    std::vector<analysis::Finding> findings;
    std::shared_ptr<const analysis::ProjectIndex> project;
  };
  /// What is said of a file is another thing than before.
  using Publish = std::function<void(const Result& result)>;

  ClosedFiles(boost::asio::io_context& main_loop, JobPool& workers, Workspace& workspace,
              DiagnosticsScheduler& scheduler, const Analysis& analysis);

  /// To be called before files are known.
  void set_publish(Publish publish) { publish_ = std::move(publish); }
  void set_pause(std::chrono::milliseconds pause) { pause_ = pause; }

  void project_changed(const ProjectChange& change);
  /// The text of a file is no longer that of a document.
  void closed(const std::string& file);
  /// All files are to be looked at: the settings are others than before.
  void check_again();

  /// Stops all jobs; nothing is published any more.
  void stop();

 private:
  using Module = std::shared_ptr<const analysis::ProjectModule>;
  using Settings = std::shared_ptr<const analysis::RuleSettings>;
  /// What was said last, and of what.
  struct Entry {
    Module module;
    Settings settings;
    analysis::Surroundings surroundings;
    bool has_findings = false;
  };
  struct Checked {
    Entry entry;
    std::optional<std::vector<analysis::Finding>> findings;  // nothing: they are as before
  };
  struct Job {
    Module module;
    std::shared_ptr<const analysis::ProjectIndex> project;
    Settings settings;
    std::optional<Entry> previous;
    std::stop_token stop;
  };

  static std::optional<Checked> run(const Job& job, const Analysis& analysis);
  void begin();
  void forget_others(const std::vector<FileModule>& files);
  void check_next();
  void has_checked(const FileModule& file, std::optional<Checked> checked, const Job& job);
  void end();

  JobPool& workers_;
  Workspace& workspace_;
  DiagnosticsScheduler& scheduler_;
  const Analysis& analysis_;
  Publish publish_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds pause_{1000};
  std::map<std::string, Entry> entries_;  // by canonical path
  bool is_wanted_ = false;                // the newest project has no round yet
  bool is_due_ = false;                   // waiting only for the running round to end
  // The round that runs.
  bool is_running_ = false;
  std::stop_source stop_;
  std::vector<FileModule> queue_;  // the next one last
  std::size_t open_jobs_ = 0;
  bool is_stopped_ = false;
};

}  // namespace server
