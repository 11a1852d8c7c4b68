// Keeps the open documents as the client has them.

#include <fmt/format.h>

#include "server/convert/from_protocol.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

/// What we would say about a text that the client does not have could only mislead.
void lose(Session& session, Document& document, std::optional<std::int64_t> version, const std::string& why) {
  const std::string message =
      fmt::format("`{}` is not analysed until it is opened again: a change does not fit, {}", document.uri, why);
  session.log.error("{}", message);
  session.client.log_message(protocol::MessageType::error, message);
  document.is_out_of_sync = true;
  document.version = version;
  session.scheduler.forget(document.uri);
  clear_diagnostics(session, document.uri, version);
  session.status.trouble(message);
}

/// Of clients that do not tell, the disk is asked.
void look_for_settings(Session& session, const Document& document) {
  const bool is_told = session.conversion.capabilities.file_watch_registration;
  if (!is_told && session.workspace.settings.is_outdated(document.file)) settings_files_changed(session);
}

/// The document was analysed, and is not any more.
void end_analysis(Session& session, const Document& document) {
  session.scheduler.forget(document.uri);
  clear_diagnostics(session, document.uri, document.version);
}

void say_if_too_long(Session& session, const Document& document) {
  if (!document.is_python || !is_too_long(document)) return;
  const std::string message =
      fmt::format("`{}` is not analysed: it is longer than {} MiB", document.uri, longest_analysed_text >> 20);
  session.log.warn("{}", message);
  session.client.log_message(protocol::MessageType::warning, message);
}

/// Whether changes do not depend on the text before them.
bool is_whole_text(const std::vector<protocol::ContentChange>& changes) {
  return !changes.empty() && !changes.front().range;
}

}  // namespace

void did_open(Session& session, const protocol::DidOpenParams& params) {
  const Document* const before = session.workspace.documents.find(params.uri);
  if (before != nullptr) session.log.warn("`{}` is opened twice", params.uri);
  const bool was_analysed = before != nullptr && is_analysed(*before);
  Document& document = session.workspace.documents.open(params);
  take_over_diagnostics(session, document);
  document.is_excluded = session.workspace.settings.of(document.file).is_excluded;
  look_for_settings(session, document);
  publish_settings_problems(session);  // of the files that were read for it
  if (is_analysed(document)) return session.scheduler.opened(document);
  if (was_analysed) end_analysis(session, document);
  say_if_too_long(session, document);
}

void did_change(Session& session, const protocol::DidChangeParams& params) {
  Document* document = session.workspace.documents.find(params.uri);
  if (document == nullptr) return session.log.error("a change of `{}`, which is not open", params.uri);
  if (params.version && document->version && *params.version <= *document->version) {
    session.log.warn("`{}` goes from version {} to {}", params.uri, *document->version, *params.version);
  }
  if (document->is_out_of_sync && !is_whole_text(params.changes)) {
    document->version = params.version;
    return;
  }
  const bool was_analysed = is_analysed(*document);
  const std::string problem = apply_changes(document->draft, params.changes, session.conversion.unit);
  if (!problem.empty()) return lose(session, *document, params.version, problem);
  session.workspace.documents.changed(*document, params.version);
  look_for_settings(session, *document);
  if (is_analysed(*document)) return session.scheduler.changed(*document);
  if (!was_analysed) return;
  end_analysis(session, *document);
  say_if_too_long(session, *document);
}

void did_close(Session& session, const protocol::DidCloseParams& params) {
  const Document* const document = session.workspace.documents.find(params.uri);
  if (document == nullptr) return session.log.error("`{}` is closed, but was not open", params.uri);
  const std::string file = document->file;
  session.scheduler.forget(params.uri);
  session.inventories.erase(params.uri);
  session.workspace.documents.close(params.uri);
  leave_diagnostics(session, params.uri, file);
  session.scan.closed(file);
}

}  // namespace server
