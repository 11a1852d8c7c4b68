#include "server/scheduling/diagnostics_scheduler.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace server {

using std::chrono::milliseconds;

namespace {

/// What receivers get: nothing when the analysis failed.
const AnalysisResult* usable(const AnalysisResult& result) { return result.findings ? &result : nullptr; }

/// Whether a change of the project may mean something to a module with this result. What it can not see matters if it
/// has findings, which name places.
bool may_matter(const ProjectChange& change, const AnalysisResult* result) {
  if (change.is_visible) return true;
  if (change.modules.empty() || result == nullptr || !result->findings || result->findings->empty()) return false;
  if (!result->surroundings) return true;
  return std::ranges::any_of(change.modules, [&](const std::string& module) {
    return std::ranges::find(result->surroundings->modules, module) != result->surroundings->modules.end();
  });
}

}  // namespace

DiagnosticsScheduler::DiagnosticsScheduler(boost::asio::io_context& main_loop, JobPool& workers, Workspace& workspace,
                                           const Analysis& analysis)
    : main_loop_(main_loop), workers_(workers), workspace_(workspace), analysis_(analysis) {}

void DiagnosticsScheduler::opened(const Document& document) { schedule(document.uri, milliseconds(0)); }

void DiagnosticsScheduler::changed(const Document& document) {
  const auto now = std::chrono::steady_clock::now();
  const auto known = entries_.find(document.uri);
  const auto before = known == entries_.end() ? std::nullopt : std::exchange(known->second.changed, now);
  // Who types slower than the pause never waits; of what comes faster, the first and the last are looked at.
  schedule(document.uri, before && now - *before < pause_ ? pause_ : milliseconds(0));
}

void DiagnosticsScheduler::schedule(const std::string& uri, milliseconds pause) {
  if (is_stopped_) return;
  Entry& entry = entries_.try_emplace(uri, main_loop_).first->second;
  entry.result = nullptr;
  entry.stop.request_stop();
  const bool was_waiting = std::exchange(entry.is_waiting, true);
  observe_work_(false);
  if (pause == milliseconds(0)) {
    // Not at once: changes that are queued already are to be seen by the same analysis.
    if (!was_waiting) boost::asio::post(main_loop_, [this, uri] { begin(uri); });
    return;
  }
  entry.is_due = false;
  entry.timer.expires_after(pause);
  entry.timer.async_wait([this, uri](const boost::system::error_code& cancelled) {
    if (!cancelled) begin(uri);
  });
}

void DiagnosticsScheduler::schedule_others(const std::string& uri, const ProjectChange& change) {
  for (const auto& [other, entry] : entries_) {
    if (other != uri && may_matter(change, entry.latest.get())) schedule(other, milliseconds(0));
  }
  if (on_project_change_) on_project_change_(change);
}

void DiagnosticsScheduler::project_changed(const ProjectChange& change) { schedule_others({}, change); }

void DiagnosticsScheduler::begin(const std::string& uri) {
  const auto found = entries_.find(uri);
  if (is_stopped_ || is_held_ || found == entries_.end() || !found->second.is_waiting) return;
  Entry& entry = found->second;
  entry.is_due = entry.is_running;
  if (entry.is_running) return;  // `finish` begins again

  const Document* document = workspace_.documents.find(uri);
  assert(document != nullptr && "a document is forgotten when it is closed");
  entry.timer.cancel();
  entry.is_waiting = false;
  entry.is_running = true;
  entry.job = ++last_job_;
  entry.stop = std::stop_source();
  // The text is the same when only the rest of the project changed.
  const bool is_examined =
      entry.facts != nullptr && entry.facts->text == document->text() && entry.facts->name == document->module;
  if (is_examined) return find_problems(uri, entry);
  ExaminationJob job{
      .module = document->module, .text = document->text(), .previous = entry.facts, .stop = entry.stop.get_token()};
  workers_.run([job = std::move(job), &analysis = analysis_] { return run(job, analysis); },
               [this, uri, number = entry.job](auto facts) { examined(uri, number, std::move(facts)); });
}

DiagnosticsScheduler::Entry* DiagnosticsScheduler::entry_of(const std::string& uri, std::uint64_t job) {
  const auto found = entries_.find(uri);
  return is_stopped_ || found == entries_.end() || found->second.job != job ? nullptr : &found->second;
}

void DiagnosticsScheduler::examined(const std::string& uri, std::uint64_t job,
                                    std::shared_ptr<const analysis::ModuleFacts> facts) {
  Entry* const entry = entry_of(uri, job);
  if (entry == nullptr) return workers_.discard(std::move(facts));
  // Facts of a text that is not the newest still make the next examination faster.
  if (facts != nullptr) workers_.discard(std::exchange(entry->facts, facts));
  if (entry->is_waiting) return end_job(uri, *entry);
  if (facts == nullptr) return analysed(uri, job, {});
  find_problems(uri, *entry);
}

void DiagnosticsScheduler::find_problems(const std::string& uri, Entry& entry) {
  schedule_others(uri, workspace_.set_module(uri, *entry.facts));
  const std::string& file = workspace_.documents.find(uri)->file;
  AnalysisJob job{.facts = entry.facts,
                  .project = workspace_.project(),
                  .settings = workspace_.settings.of(file).rules,
                  .previous = entry.latest,
                  .linked = std::exchange(entry.linked, nullptr),
                  .stop = entry.stop.get_token()};
  workers_.run([job = std::move(job), &analysis = analysis_] { return run(job, analysis); },
               [this, uri, number = entry.job](AnalysisResult result) { analysed(uri, number, std::move(result)); });
}

void DiagnosticsScheduler::analysed(const std::string& uri, std::uint64_t job, AnalysisResult result) {
  Entry* const entry = entry_of(uri, job);
  if (entry == nullptr) {
    workers_.discard(std::move(result.facts));
    return workers_.discard(std::move(result.linked));
  }
  if (result.linked != nullptr) entry->linked = std::move(result.linked);  // null: it was stopped, or none began
  if (!entry->is_waiting) accept(uri, *entry, std::move(result));
  end_job(uri, *entry);
}

void DiagnosticsScheduler::end_job(const std::string& uri, Entry& entry) {
  entry.is_running = false;
  if (entry.is_due) begin(uri);
  call_if_idle();
}

void DiagnosticsScheduler::accept(const std::string& uri, Entry& entry, AnalysisResult result) {
  const auto accepted = std::make_shared<const AnalysisResult>(std::move(result));
  workers_.discard(std::exchange(entry.latest, accepted));
  entry.result = accepted;
  const Document& document = *workspace_.documents.find(uri);
  if (!accepted->is_as_before || document.version != entry.published_version) publish_(document, *accepted);
  entry.published_version = document.version;
  // Places may have moved while the job ran.
  const bool is_of_newest_project = accepted->project == workspace_.project();
  if (!is_of_newest_project && accepted->findings && !accepted->findings->empty()) schedule(uri, milliseconds(0));
  for (const Receive& receive : std::exchange(entry.receivers, {})) receive(usable(*accepted));
}

void DiagnosticsScheduler::forget(const std::string& uri) {
  auto entry = entries_.extract(uri);
  if (!entry) return;
  entry.mapped().stop.request_stop();
  workers_.discard(std::move(entry.mapped().facts));
  workers_.discard(std::move(entry.mapped().linked));
  entry.mapped().result = nullptr;
  workers_.discard(std::move(entry.mapped().latest));
  for (const Receive& receive : entry.mapped().receivers) receive(nullptr);
  schedule_others(uri, workspace_.remove_module(uri));
  call_if_idle();
}

void DiagnosticsScheduler::when_current(const std::string& uri, Receive receive) {
  const auto found = entries_.find(uri);
  if (is_stopped_ || found == entries_.end()) return receive(nullptr);
  Entry& entry = found->second;
  if (entry.result != nullptr && entry.result->project != workspace_.project()) {
    // What changed since means nothing to the findings, but whoever asks wants to see the newest of all texts.
    AnalysisResult current = *entry.result;
    current.project = workspace_.project();
    current.surroundings.reset();
    entry.result = entry.latest = std::make_shared<const AnalysisResult>(std::move(current));
  }
  if (entry.result != nullptr) return receive(usable(*entry.result));
  entry.receivers.push_back(std::move(receive));
  begin(uri);
}

void DiagnosticsScheduler::hold() {
  is_held_ = true;
  begin_other_work();
}

void DiagnosticsScheduler::release() {
  is_held_ = false;
  for (const auto& [uri, entry] : entries_) begin(uri);
  end_other_work();
}

void DiagnosticsScheduler::analyse_all_again() {
  for (const auto& [uri, entry] : entries_) schedule(uri, milliseconds(0));
}

void DiagnosticsScheduler::when_idle(std::function<void()> call) {
  idle_calls_.push_back(std::move(call));
  call_if_idle();
}

void DiagnosticsScheduler::begin_other_work() {
  ++other_work_;
  observe_work_(false);
}

void DiagnosticsScheduler::end_other_work() {
  --other_work_;
  call_if_idle();
}

bool DiagnosticsScheduler::is_idle() const {
  return other_work_ == 0 && std::ranges::none_of(entries_, [](const auto& entry) {
           return entry.second.is_waiting || entry.second.is_running;
         });
}

void DiagnosticsScheduler::call_if_idle() {
  if (!is_idle()) return;
  observe_work_(true);
  for (const std::function<void()>& call : std::exchange(idle_calls_, {})) call();
}

std::size_t DiagnosticsScheduler::finding_count() const {
  std::size_t count = 0;
  for (const auto& [uri, entry] : entries_) {
    if (entry.result != nullptr && entry.result->findings) count += entry.result->findings->size();
  }
  return count;
}

void DiagnosticsScheduler::stop() {
  is_stopped_ = true;
  for (auto& [uri, entry] : entries_) {
    entry.stop.request_stop();
    entry.timer.cancel();
    entry.receivers.clear();
  }
  idle_calls_.clear();
}

}  // namespace server
