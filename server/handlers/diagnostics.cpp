// What was found, kept for clients that ask and told to the others.

#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <utility>

#include "protocol/diagnostics_text.h"
#include "protocol/uri.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

bool is_pulled(const Session& session, const std::string& uri) {
  if (!session.conversion.capabilities.pull_diagnostics || session.notebooks.find(uri) != nullptr) return false;
  return session.is_workspace_pulled || session.workspace.documents.find(uri) != nullptr;
}

/// `text` is that of the items.
void publish(Session& session, const std::string& uri, const DiagnosticReport& report, std::string_view text) {
  if (is_pulled(session, uri)) return;
  if (Notebook* const notebook = session.notebooks.find(uri)) return publish_to_cells(session, *notebook, report.items);
  const auto version = session.conversion.capabilities.diagnostic_versions ? report.version : std::nullopt;
  session.client.notify(protocol::publish_diagnostics_body(uri, version, text));
}

std::vector<protocol::Diagnostic> items_of(const std::vector<analysis::Finding>& findings, const Document& document,
                                           const analysis::ProjectIndex& project, const Conversion& conversion) {
  std::vector<protocol::Diagnostic> items;
  items.reserve(findings.size());
  for (const analysis::Finding& finding : findings) {
    items.push_back(to_diagnostic(finding, document, project, conversion));
  }
  return items;
}

/// Whether the report is another one than before. `text` is that of the items: equal items have equal ids.
bool keep(DiagnosticReport& report, std::optional<std::int64_t> version, std::vector<protocol::Diagnostic> items,
          const std::string& text) {
  std::string id = fmt::format("{:016x}", std::hash<std::string>()(text));
  if (report.version == version && report.id == id) return false;
  report.version = version;
  report.items = std::move(items);
  report.id = std::move(id);
  return true;
}

/// The client asks again when it changes the text, but not when something else is the cause.
void refresh_if_told_otherwise(Session& session, const DiagnosticReport& report) {
  if (report.told_id.empty() || report.told_version != report.version || report.told_id == report.id) return;
  refresh_diagnostics(session);
}

}  // namespace

void publish_diagnostics(Session& session, const Document& document, const AnalysisResult& result) {
  std::vector<protocol::Diagnostic> items;
  if (result.findings) items = items_of(*result.findings, document, *result.project, session.conversion);
  DiagnosticReport& report = session.reports[document.uri];
  report.file = document.file;
  const std::string text = protocol::diagnostics_text(items);
  const bool is_news = keep(report, document.version, std::move(items), text);
  if (!is_news && !document.is_notebook) return;  // the same may be in other cells now
  publish(session, document.uri, report, text);
  if (is_pulled(session, document.uri)) refresh_if_told_otherwise(session, report);
  send_new_reports(session);
}

void publish_closed_file(Session& session, const ClosedFiles::Result& result) {
  if (session.workspace.documents.has_file(result.file)) return;
  const std::string uri = result.module == nullptr ? protocol::uri_of_path(result.file) : result.module->path;
  if (result.findings.empty()) return clear_diagnostics(session, uri, {});
  const Document file{.uri = uri,
                      .file = result.file,
                      .module = {},
                      .version = {},
                      .draft = analysis::TextDraft(result.module->text())};
  publish_file_diagnostics(session, result.file, items_of(result.findings, file, *result.project, session.conversion));
}

void publish_file_diagnostics(Session& session, const std::string& file, std::vector<protocol::Diagnostic> items) {
  const std::string uri = protocol::uri_of_path(file);
  DiagnosticReport& report = session.reports[uri];
  report.file = file;
  const std::string text = protocol::diagnostics_text(items);
  if (!keep(report, {}, std::move(items), text)) return;
  publish(session, uri, report, text);
  send_new_reports(session);
}

void check_closed_files(Session& session) {
  if (session.are_closed_files_checked) return session.closed_files.check_again();
  std::vector<std::string> closed;
  for (const auto& [uri, report] : session.reports) {
    const bool is_module = session.workspace.has_file(report.file);
    if (is_module && session.workspace.documents.find(uri) == nullptr) closed.push_back(uri);
  }
  for (const std::string& uri : closed) clear_diagnostics(session, uri, {});
}

void clear_diagnostics(Session& session, const std::string& uri, std::optional<std::int64_t> version) {
  const auto report = session.reports.extract(uri);
  if (!report) return;
  report.mapped().version = version;
  report.mapped().items.clear();
  publish(session, uri, report.mapped(), protocol::diagnostics_text({}));
  send_new_reports(session);
}

void take_over_diagnostics(Session& session, const Document& document) {
  if (document.file == document.uri) return;  // it is in no folder
  const std::string uri = protocol::uri_of_path(document.file);
  if (uri == document.uri || session.workspace.documents.find(uri) != nullptr) return;
  clear_diagnostics(session, uri, {});
}

void leave_diagnostics(Session& session, const std::string& uri, const std::string& file) {
  const bool is_checked = session.are_closed_files_checked && session.workspace.has_file(file);
  if (is_checked) session.closed_files.closed(file);
  const bool is_said_of_file = is_checked && uri == protocol::uri_of_path(file);
  const auto report = session.reports.find(uri);
  if (!is_said_of_file || report == session.reports.end() || report->second.items.empty()) {
    return clear_diagnostics(session, uri, {});
  }
  report->second.version.reset();
  report->second.told_id.clear();
}

void refresh_diagnostics(Session& session) {
  const bool was_told =
      std::ranges::any_of(session.reports, [](const auto& each) { return !each.second.told_id.empty(); });
  if (!was_told || !session.conversion.capabilities.pull_diagnostics) return;
  if (std::exchange(session.is_refresh_wanted, true)) return;
  session.scheduler.when_idle([&session] {
    session.is_refresh_wanted = false;
    session.client.request("workspace/diagnostic/refresh", nullptr);
  });
}

}  // namespace server
