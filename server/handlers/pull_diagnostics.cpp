// Clients that ask what was found. Those that wait for news of the workspace are answered when there are some.

#include <utility>

#include "protocol/diagnostics_text.h"
#include "protocol/uri.h"
#include "server/handlers/handlers.h"
#include "server/workspace/canonical_path.h"

namespace server {
namespace {

/// A client lags when thousands come at once, and waits when each comes alone.
constexpr std::size_t reports_of_a_part = 100;

/// After each answer: what is taken back later has to be told again, whether the client names its id or not.
void remember_told(Session& session, const std::string& file, bool may_show_findings) {
  if (may_show_findings) {
    session.held_by_client.insert(file);
  } else {
    session.held_by_client.erase(file);
  }
}

/// The report of a document in the words of the protocol; the client has then been told.
protocol::DocumentReport tell(Session& session, const std::string& uri, const std::optional<std::string>& previous_id) {
  const auto known = session.reports.find(uri);
  if (known == session.reports.end()) return {};
  DiagnosticReport& report = known->second;
  report.told_version = report.version;
  report.told_id = report.id;
  remember_told(session, report.file, !report.items.empty());
  if (previous_id == report.id) return {.id = report.id, .items = {}, .is_unchanged = true, .related = {}};
  return {.id = report.id, .items = report.items, .is_unchanged = false, .related = {}};
}

/// What the client has to learn about other open documents: their findings changed through this one.
std::map<std::string, protocol::DocumentReport> tell_related(Session& session, const std::string& uri) {
  std::map<std::string, protocol::DocumentReport> related;
  if (!session.conversion.capabilities.related_documents) return related;
  for (const auto& [other, document] : session.workspace.documents.all()) {
    const auto report = session.reports.find(other);
    if (other == uri || report == session.reports.end()) continue;
    const bool is_news = !report->second.told_id.empty() && report->second.told_id != report->second.id;
    if (is_news && report->second.version == document.version) related[other] = tell(session, other, {});
  }
  return related;
}

/// What the client does not have yet, as many as fit into one part of an answer. Reports that it has and we have not
/// are empty now if `is_all_known`.
std::vector<protocol::WorkspaceDocumentReport> take_news(Session& session, WorkspacePull& pull, bool is_all_known) {
  std::vector<protocol::WorkspaceDocumentReport> news;
  std::map<std::string, std::string> gone = pull.known;
  for (const auto& [uri, report] : session.reports) {
    if (session.notebooks.find(uri) != nullptr) continue;  // its cells are told
    gone.erase(report.file);
    const auto known = pull.known.find(report.file);
    const bool is_known = known == pull.known.end() ? report.items.empty() : known->second == report.id;
    if (is_known || news.size() == reports_of_a_part) continue;
    news.push_back({uri, report.version, {.id = report.id, .items = report.items, .related = {}}});
    pull.known[report.file] = report.id;
    remember_told(session, report.file, !report.items.empty());
  }
  if (!is_all_known) return news;
  for (const auto& [file, id] : gone) {
    if (news.size() == reports_of_a_part) break;
    news.push_back({file.starts_with('/') ? protocol::uri_of_path(file) : file, {}, {}});
    pull.known.erase(file);
    remember_told(session, file, false);
  }
  return news;
}

void send_part(Session& session, WorkspacePull& pull, std::vector<protocol::WorkspaceDocumentReport> news) {
  session.client.notify("$/progress", {{"token", pull.token}, {"value", protocol::WorkspaceReport{std::move(news)}}});
  pull.has_sent = true;
}

/// Answers the request that waits, if it is to know something. Else it goes on waiting.
void answer_pull(Session& session) {
  if (!session.workspace_pull || !session.pending.contains(session.workspace_pull->request)) return;
  WorkspacePull& pull = *session.workspace_pull;
  pull.unsent = 0;
  protocol::WorkspaceReport answer;
  for (auto news = take_news(session, pull, true); !news.empty(); news = take_news(session, pull, true)) {
    if (!pull.token.is_null()) {
      send_part(session, pull, std::move(news));
    } else {
      std::ranges::move(news, std::back_inserter(answer.documents));
    }
  }
  if (answer.documents.empty() && !pull.has_sent) return;
  session.pending.answer(pull.request, answer);
  session.workspace_pull.reset();
}

}  // namespace

void document_diagnostic(Session& session, const protocol::DocumentDiagnosticParams& params, Reply reply) {
  if (session.workspace.documents.find(params.uri) == nullptr) {
    const std::string file = file_of_uri(params.uri);
    const bool may_show_findings = session.reports.contains(params.uri) || session.held_by_client.contains(file);
    reply.send(tell(session, params.uri, params.previous_id));
    if (!may_show_findings) return;
    // Visual Studio Code asks when it closes a document, and heeds neither the answer nor what the workspace's reports
    // say of the document until then: they have to say it again.
    remember_told(session, file, true);
    if (session.workspace_pull) session.workspace_pull->known[file].clear();
    return send_new_reports(session);
  }
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_current(params.uri, [&session, request, params](const AnalysisResult* /*in the report*/) {
    if (!session.pending.contains(request)) return;
    protocol::DocumentReport report = tell(session, params.uri, params.previous_id);
    report.related = tell_related(session, params.uri);
    session.pending.answer(request, report);
  });
}

void workspace_diagnostic(Session& session, const protocol::WorkspaceDiagnosticParams& params, Reply reply) {
  if (session.conversion.capabilities.pull_diagnostics && !std::exchange(session.is_workspace_pulled, true)) {
    // From now on the client asks for what it was told before.
    for (const auto& [uri, report] : session.reports) {
      if (session.workspace.documents.find(uri) != nullptr) continue;
      session.client.notify(protocol::publish_diagnostics_body(uri, {}, protocol::diagnostics_text({})));
    }
  }
  if (session.workspace_pull) session.pending.answer(session.workspace_pull->request, protocol::WorkspaceReport{});
  WorkspacePull pull{
      .request = session.pending.add(std::move(reply)), .known = {}, .token = params.partial_result_token};
  for (const std::string& file : session.held_by_client) pull.known[file];  // by an id that no report has
  for (const auto& [uri, id] : params.previous_ids) pull.known[file_of_uri(uri)] = id;
  session.workspace_pull = std::move(pull);
  send_new_reports(session);
}

void send_new_reports(Session& session) {
  if (!session.workspace_pull) return;
  WorkspacePull& pull = *session.workspace_pull;
  if (!session.pending.contains(pull.request)) return session.workspace_pull.reset();  // it was cancelled
  if (pull.unsent++ == 0) session.scheduler.when_idle([&session] { answer_pull(session); });
  if (pull.token.is_null() || pull.unsent < reports_of_a_part) return;
  // All that is found in many files would come late: parts of it come before.
  if (auto news = take_news(session, pull, false); !news.empty()) send_part(session, pull, std::move(news));
  pull.unsent = 1;  // the answer is asked for already
}

}  // namespace server
