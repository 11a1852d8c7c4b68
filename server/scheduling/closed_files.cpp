#include "server/scheduling/closed_files.h"

#include <algorithm>
#include <utility>

namespace server {

ClosedFiles::ClosedFiles(boost::asio::io_context& main_loop, JobPool& workers, Workspace& workspace,
                         DiagnosticsScheduler& scheduler, const Analysis& analysis)
    : workers_(workers), workspace_(workspace), scheduler_(scheduler), analysis_(analysis), timer_(main_loop) {}

void ClosedFiles::project_changed(const ProjectChange& change) {
  const auto is_named_in = [&](const auto& known) {
    const std::vector<std::string>& modules = known.second.surroundings.modules;
    return known.second.has_findings && std::ranges::find_first_of(modules, change.modules) != modules.end();
  };
  if (change.is_visible || std::ranges::any_of(entries_, is_named_in)) check_again();
}

void ClosedFiles::closed(const std::string& file) {
  // What the document had said stands until the file was looked at, or is found to be gone.
  entries_[file] = {.module = {}, .settings = {}, .surroundings = {}, .has_findings = true};
  check_again();
}

void ClosedFiles::check_again() {
  if (is_stopped_ || (entries_.empty() && workspace_.closed_files().empty())) return;
  if (!std::exchange(is_wanted_, true)) scheduler_.begin_other_work();
  is_due_ = false;
  stop_.request_stop();  // what runs looks at a project of yesterday
  timer_.expires_after(pause_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !is_wanted_) return;  // one that was set anew may have fired before
    is_due_ = true;
    begin();
  });
}

void ClosedFiles::begin() {
  if (is_stopped_ || is_running_ || !is_due_) return;  // `end` begins again
  is_wanted_ = is_due_ = false;
  is_running_ = true;
  stop_ = std::stop_source();
  queue_ = workspace_.closed_files();
  forget_others(queue_);
  std::ranges::reverse(queue_);
  for (unsigned i = 0; i < (workers_.threads() + 1) / 2; ++i) check_next();
  if (open_jobs_ == 0) end();
}

void ClosedFiles::forget_others(const std::vector<FileModule>& files) {
  // Both are sorted by path.
  auto file = files.begin();
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    while (file != files.end() && file->file < entry->first) ++file;
    if (file != files.end() && file->file == entry->first) {
      ++entry;
      continue;
    }
    const auto gone = entries_.extract(entry++);
    if (gone.mapped().has_findings) publish_({.file = gone.key(), .module = {}, .findings = {}, .project = {}});
  }
}

void ClosedFiles::check_next() {
  if (queue_.empty() || stop_.stop_requested()) return;
  const FileModule file = std::move(queue_.back());
  queue_.pop_back();
  ++open_jobs_;
  const auto known = entries_.find(file.file);
  Job job{.module = file.module,
          .project = workspace_.project(),
          .settings = workspace_.settings.of(file.file).rules,
          .previous = known == entries_.end() ? std::optional<Entry>() : known->second,
          .stop = stop_.get_token()};
  workers_.run([job, &analysis = analysis_] { return run(job, analysis); },
               [this, file, job](std::optional<Checked> checked) { has_checked(file, std::move(checked), job); });
}

std::optional<ClosedFiles::Checked> ClosedFiles::run(const Job& job, const Analysis& analysis) {
  if (job.stop.stop_requested()) return {};
  const analysis::ModuleFacts facts = analysis::as_module_facts(*job.module);
  Checked checked{.entry = {job.module, job.settings, analysis::surroundings_of(facts, *job.project)}, .findings = {}};
  if (job.previous && job.previous->module == job.module && job.previous->settings == job.settings) {
    const analysis::Surroundings& before = job.previous->surroundings;
    const analysis::Surroundings& now = checked.entry.surroundings;
    checked.entry.has_findings = job.previous->has_findings;
    // Findings name places; where there are none, it does not matter that these moved.
    if (checked.entry.has_findings ? before == now : before.meaning == now.meaning) return checked;
  }
  std::shared_ptr<analysis::LinkedModule> linked;  // nobody edits it
  checked.findings = analysis.find_problems(facts, *job.project, *job.settings, linked, job.stop);
  if (job.stop.stop_requested()) return {};
  checked.entry.has_findings = !checked.findings->empty();
  return checked;
}

void ClosedFiles::has_checked(const FileModule& file, std::optional<Checked> checked, const Job& job) {
  --open_jobs_;
  if (is_stopped_) return;
  if (checked) {
    entries_[file.file] = std::move(checked->entry);
    if (checked->findings) publish_({file.file, file.module, std::move(*checked->findings), job.project});
  }
  check_next();
  if (open_jobs_ == 0) end();
}

void ClosedFiles::end() {
  is_running_ = false;
  begin();
  scheduler_.end_other_work();
}

void ClosedFiles::stop() {
  is_stopped_ = true;
  timer_.cancel();
  stop_.request_stop();
}

}  // namespace server
