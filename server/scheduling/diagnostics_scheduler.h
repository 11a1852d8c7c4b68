// When documents are analysed: at the first letter and after a pause in typing, on a worker, and again if they changed
// meanwhile.
#pragma once

#include "server/scheduling/job_pool.h"  // first: see there

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/scheduling/analysis_job.h"
#include "server/workspace/workspace.h"

namespace server {

/// One job at a time for a document, in two steps: what the module says of itself goes into the project, then the rules
/// look at it beside the others. A job whose text is no longer the newest is stopped, and what it says is not used.
/// When the project changes, a job looks whether it means anything to the document, and runs the rules only then.
/// Main thread only. Outlives the jobs: `workers` are joined before it ends.
class DiagnosticsScheduler {
 public:
  /// A result with findings that belong to the document's newest text.
  using Publish = std::function<void(const Document& document, const AnalysisResult& result)>;
  /// Null: the document was closed, can not be analysed, or the analysis failed.
  using Receive = std::function<void(const AnalysisResult* result)>;

  DiagnosticsScheduler(boost::asio::io_context& main_loop, JobPool& workers, Workspace& workspace,
                       const Analysis& analysis);

  using ReceiveChange = std::function<void(const ProjectChange& change)>;

  /// To be called before documents are opened.
  void set_publish(Publish publish) { publish_ = std::move(publish); }
  /// Is called after each change of the project, also by documents.
  void set_on_project_change(ReceiveChange receive) { on_project_change_ = std::move(receive); }
  void set_pause(std::chrono::milliseconds pause) { pause_ = pause; }
  /// Called whenever there may be something to do, or nothing more.
  void set_observe_work(std::function<void(bool is_idle)> observe) { observe_work_ = std::move(observe); }

  /// The document has a text that was not analysed yet.
  void opened(const Document& document);
  void changed(const Document& document);

  /// The document is closed, or its text is not known any more.
  void forget(const std::string& uri);

  /// Calls when the newest text of a document is analysed; a pause in typing is not waited for.
  void when_current(const std::string& uri, Receive receive);

  /// There are new settings.
  void analyse_all_again();
  /// Nothing is analysed until it is released: it is not known how. Once.
  void hold();
  void release();

  /// There is a new project.
  void project_changed(const ProjectChange& change);

  /// Calls when nothing is left to analyse and no other work goes on.
  void when_idle(std::function<void()> call);
  /// Work that may change the project begins and ends.
  void begin_other_work();
  void end_other_work();

  /// In the newest texts of open documents, as far as they are analysed.
  [[nodiscard]] std::size_t finding_count() const;

  /// Stops all jobs; nothing is published or called any more.
  void stop();

 private:
  struct Entry {
    explicit Entry(boost::asio::io_context& main_loop) : timer(main_loop) {}

    boost::asio::steady_timer timer;
    std::optional<std::chrono::steady_clock::time_point> changed;  // when its text did so last
    bool is_waiting = false;                                       // the newest text and project have no job yet
    bool is_due = false;                                           // waiting only for the running job to end
    bool is_running = false;
    std::uint64_t job = 0;                               // number of the last job
    std::stop_source stop;                               // of the last job
    std::shared_ptr<const analysis::ModuleFacts> facts;  // the latest
    std::shared_ptr<const AnalysisResult> result;        // null until it is that of the newest text
    std::shared_ptr<const AnalysisResult> latest;        // the last one that there was
    std::shared_ptr<analysis::LinkedModule> linked;      // what the last job left; null while one runs
    std::optional<std::int64_t> published_version;
    std::vector<Receive> receivers;
  };

  void schedule(const std::string& uri, std::chrono::milliseconds pause);
  /// Those that the change may mean something to.
  void schedule_others(const std::string& uri, const ProjectChange& change);
  void begin(const std::string& uri);
  /// Null when job `job` is not wanted any more.
  [[nodiscard]] Entry* entry_of(const std::string& uri, std::uint64_t job);
  void find_problems(const std::string& uri, Entry& entry);
  void examined(const std::string& uri, std::uint64_t job, std::shared_ptr<const analysis::ModuleFacts> facts);
  void analysed(const std::string& uri, std::uint64_t job, AnalysisResult result);
  void end_job(const std::string& uri, Entry& entry);
  void accept(const std::string& uri, Entry& entry, AnalysisResult result);
  [[nodiscard]] bool is_idle() const;
  void call_if_idle();

  boost::asio::io_context& main_loop_;
  JobPool& workers_;
  Workspace& workspace_;
  const Analysis& analysis_;
  Publish publish_;
  ReceiveChange on_project_change_;
  std::function<void(bool is_idle)> observe_work_ = [](bool /*is_idle*/) {};
  std::chrono::milliseconds pause_{50};
  std::map<std::string, Entry> entries_;
  std::vector<std::function<void()>> idle_calls_;
  std::uint64_t last_job_ = 0;
  int other_work_ = 0;
  bool is_held_ = false;
  bool is_stopped_ = false;
};

}  // namespace server
