// Tells the client what was found.

#include "server/handlers/handlers.h"

namespace server {
namespace {

void publish(Session& session, protocol::PublishDiagnosticsParams params) {
  if (!session.conversion.capabilities.diagnostic_versions) params.version.reset();
  session.client.notify("textDocument/publishDiagnostics", params);
}

}  // namespace

void publish_diagnostics(Session& session, const Document& document, const AnalysisResult& result) {
  protocol::PublishDiagnosticsParams params{.uri = document.uri, .version = document.version, .diagnostics = {}};
  if (result.findings) {
    for (const analysis::Finding& finding : *result.findings) {
      params.diagnostics.push_back(to_diagnostic(finding, document, *result.project, session.conversion));
    }
  }
  publish(session, std::move(params));
}

void clear_diagnostics(Session& session, const std::string& uri, std::optional<std::int64_t> version) {
  publish(session, {.uri = uri, .version = version, .diagnostics = {}});
}

}  // namespace server
