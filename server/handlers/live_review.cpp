// `threadlint/review`: what `threadlint review` prints, of the texts as they are in the editor.

#include <fmt/format.h>

#include <map>
#include <utility>

#include "protocol/uri.h"
#include "server/handlers/handlers.h"
#include "server/review/collect.h"
#include "server/workspace/canonical_path.h"

namespace server {
namespace {

using Request = PendingRequests::Number;

std::optional<ReviewFormat> format_named(const std::string& name) {
  if (name == "text") return ReviewFormat::text;
  if (name == "markdown") return ReviewFormat::markdown;
  if (name == "json") return ReviewFormat::json;
  if (name == "html") return ReviewFormat::html;
  return {};
}

/// As someone who stands in the only folder of the workspace would spell it.
std::string shown_path(const std::string& uri, const std::vector<std::string>& folders) {
  const auto path = protocol::path_of_uri(uri);
  if (!path) return uri;
  const std::string folder = folders.size() == 1 ? folders.front() + "/" : "";
  return !folder.empty() && path->starts_with(folder) ? path->substr(folder.size()) : *path;
}

/// A review that grows module by module.
struct LiveReview {
  Review review;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::vector<std::shared_ptr<const analysis::RuleSettings>> settings;  // of each file of the report
  ReviewFormat format = ReviewFormat::markdown;
};

std::shared_ptr<LiveReview> begin_review(Session& session, ReviewFormat format) {
  auto live = std::make_shared<LiveReview>();
  live->project = session.workspace.project();
  live->format = format;
  std::map<std::string, std::shared_ptr<const analysis::ProjectModule>> modules;  // by path
  for (const auto& module : live->project->modules()) {
    modules.emplace(shown_path(module->path, session.scan.folders()), module);
  }
  Report& report = live->review.report;
  for (const auto& [path, module] : modules) {
    report.modules.try_emplace(module->summary->name, report.files.size());
    live->settings.push_back(session.workspace.settings.of(file_of_uri(module->path)).rules);
    report.files.push_back({.path = path, .module = module->summary->name, .text = module->text(), .code = module});
  }
  return live;
}

/// On a worker.
std::string finish(LiveReview& live) {
  collect_rows(live.review, {});
  return reporter_of(live.format)(live.review, {});
}

/// One module after the other, each as a job of its own, so that documents which are typed in do not wait.
void go_on(Session& session, Request request, const std::shared_ptr<LiveReview>& live) {
  if (!session.pending.contains(request)) return;  // cancelled meanwhile
  const std::size_t next = live->review.inventories.size();
  if (next == live->review.report.files.size()) {
    return session.workers.run([live] { return finish(*live); },
                               [&session, request](std::string text) {
                                 session.pending.answer(request, {{"text", std::move(text)}});
                               });
  }
  const auto job = [live, next, stop = session.pending.stop_token(request), &analysis = session.analysis] {
    return analysis.review(analysis::as_module_facts(*live->review.report.files[next].code), *live->project,
                           *live->settings[next], stop);
  };
  session.workers.run(job, [&session, request, live](analysis::Inventory inventory) {
    live->review.inventories.push_back(std::move(inventory));
    go_on(session, request, live);
  });
}

}  // namespace

void live_review(Session& session, const protocol::ReviewParams& params, Reply reply) {
  const auto format = format_named(params.format);
  if (!format) {
    return reply.fail(protocol::ErrorCode::invalid_params, fmt::format("unknown format `{}`", params.format));
  }
  const Request request = session.pending.add(std::move(reply));
  // The newest texts are part of the project then.
  session.scheduler.when_idle([&session, request, format = *format] {
    if (session.pending.contains(request)) go_on(session, request, begin_review(session, format));
  });
}

}  // namespace server
