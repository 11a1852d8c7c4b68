#include "server/scheduling/project_scan.h"

#include <algorithm>
#include <utility>

#include "protocol/uri.h"
#include "server/cache/known_facts.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/file_finder.h"
#include "server/workspace/module_name.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

/// Null if the file can not be read, and when the job was stopped.
std::shared_ptr<const analysis::ProjectModule> read_module(const std::string& file, const std::string& module,
                                                           const Analysis& analysis, const FactsStore& store,
                                                           const std::stop_token& stop, Log& log) {
  if (stop.stop_requested()) return nullptr;
  tl::expected<SourceFile, std::string> source = read_source(file);
  if (!source) {
    log.warn("`{}` is not read: {}", file, source.error());
    return nullptr;
  }
  if (longest_analysed_text < source->text.size()) {
    log.warn("`{}` is not read: longer than {} MiB", file, longest_analysed_text >> 20);
    return nullptr;
  }
  const auto examine = [&](std::string name, auto text, const std::stop_token& until) {
    return analysis.examine(std::move(name), std::move(text), nullptr, until);
  };
  const analysis::ModuleFacts facts =
      known_facts(module, analysis::make_source_text(std::move(source->text)), store, examine, stop);
  if (stop.stop_requested()) return nullptr;
  return std::make_shared<const analysis::ProjectModule>(
      analysis::as_packed_module(facts, protocol::uri_of_path(file)));
}

bool is_inside(const std::string& file, const std::string& folder) {
  return file.starts_with(folder) && (folder.ends_with('/') || file.substr(folder.size(), 1) == "/");
}

}  // namespace

ProjectScan::ProjectScan(JobPool& workers, Workspace& workspace, DiagnosticsScheduler& scheduler,
                         const Analysis& analysis, const FactsStore& store, Log& log)
    : workers_(workers), workspace_(workspace), scheduler_(scheduler), analysis_(analysis), store_(store), log_(log) {}

void ProjectScan::set_folders(std::vector<std::string> folders) {
  for (std::string& folder : folders) folder = canonical_path(folder);
  if (folders == folders_) return;
  folders_ = std::move(folders);
  walk_again();
}

void ProjectScan::read_again(const std::vector<std::string>& files) {
  wanted_.insert(files.begin(), files.end());
  begin();
}

void ProjectScan::walk_again(const std::vector<std::string>& files) {
  is_walk_wanted_ = true;
  read_again(files);
}

void ProjectScan::closed(const std::string& file) {
  if (files_.contains(file)) return read_again({file});
  // It may have been saved for the first time.
  if (std::ranges::any_of(folders_, [&](const std::string& folder) { return is_inside(file, folder); })) walk_again();
}

void ProjectScan::begin() {
  if (is_running_ || is_held_ || is_stopped_ || (!is_walk_wanted_ && wanted_.empty())) return;
  is_running_ = true;
  is_given_up_ = false;
  total_ = 0;
  stop_ = std::stop_source();
  scheduler_.begin_other_work();
  tell();
  has_walked_ = std::exchange(is_walk_wanted_, false);
  if (has_walked_) return walk();
  read();
}

void ProjectScan::walk() {
  const auto job = [folders = folders_, settings = workspace_.settings, stop = stop_.get_token(), watcher = watcher_,
                    &log = log_]() mutable -> std::optional<Walk> {
    Workers walkers(1);
    Walk walk;
    // A repository of somebody else's may hold links to anything that its reader has.
    const SearchOptions options{.links = Links::inside,
                                .is_left_out = [&](const std::string& path) { return settings.is_left_out(path); },
                                .visit =
                                    [&](const std::string& folder) {
                                      if (watcher != nullptr) watcher->add(folder, walk.watches);
                                    },
                                .stop = stop};
    const FoundFiles found = find_python_files(folders, walkers, options);
    for (const FileError& error : found.errors) log.warn("`{}` is not searched: {}", error.path, error.message);
    for (const FoundFile& file : found.files) {
      if (stop.stop_requested()) return {};
      walk.files[canonical_path(file.path)] = {file.path, module_name(file.path), file.size, file.modified};
    }
    walk.settings = std::move(settings);
    return walk;
  };
  workers_.run(job, [this](std::optional<Walk> found) { walked(std::move(found)); });
}

void ProjectScan::walked(std::optional<Walk> found) {
  if (is_stopped_) return;
  if (!found) return read();  // it failed: what was known before is better than nothing
  workspace_.settings.adopt(found->settings);
  if (walked_call_) walked_call_();
  for (const auto& [file, known] : files_) {
    if (!found->files.contains(file)) done_.push_back({file, nullptr});
  }
  for (const auto& [file, known] : found->files) {
    const auto before = files_.find(file);
    if (before == files_.end() || before->second != known) wanted_.insert(file);
  }
  files_ = std::move(found->files);
  if (watcher_ != nullptr) watcher_->set(std::move(found->watches));
  read();
}

void ProjectScan::read() {
  for (const std::string& file : std::exchange(wanted_, {})) {
    if (files_.contains(file) && !is_given_up_) queue_.push_back(file);
  }
  total_ = queue_.size();
  tell();
  // The largest first, so that no worker is left alone with one at the end.
  std::ranges::stable_sort(queue_, {}, [&](const std::string& file) { return files_.at(file).size; });
  for (unsigned i = 0; i < (workers_.threads() + 1) / 2; ++i) read_next();
  if (open_jobs_ == 0) end();
}

void ProjectScan::read_next() {
  if (queue_.empty()) return;
  const std::string file = std::move(queue_.back());
  queue_.pop_back();
  ++open_jobs_;
  workers_.run([file, module = files_.at(file).module, stop = stop_.get_token(), &analysis = analysis_, &store = store_,
                &log = log_] { return read_module(file, module, analysis, store, stop, log); },
               [this, file](auto module) {
                 has_read({file, std::move(module)});
               });
}

void ProjectScan::has_read(FileModule module) {
  --open_jobs_;
  if (is_stopped_) return;
  done_.push_back(std::move(module));
  tell();
  read_next();
  if (open_jobs_ == 0) end();
}

void ProjectScan::end() {
  is_running_ = false;
  tell();
  scheduler_.project_changed(workspace_.set_files(std::exchange(done_, {})));
  if (has_walked_) {
    for (const std::string& uri : workspace_.documents.rename_modules()) {
      const Document& document = *workspace_.documents.find(uri);
      if (is_analysed(document)) scheduler_.opened(document);
    }
  }
  begin();
  scheduler_.end_other_work();
}

void ProjectScan::tell() const {
  observe_({.is_running = is_running_, .done = total_ - queue_.size() - open_jobs_, .total = total_});
}

void ProjectScan::give_up() {
  is_given_up_ = true;
  total_ -= queue_.size();
  queue_.clear();
}

void ProjectScan::release() {
  is_held_ = false;
  begin();
}

void ProjectScan::stop() {
  is_stopped_ = true;
  stop_.request_stop();
}

}  // namespace server
