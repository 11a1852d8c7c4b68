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
}

/// Whether changes do not depend on the text before them.
bool is_whole_text(const std::vector<protocol::ContentChange>& changes) {
  return !changes.empty() && !changes.front().range;
}

}  // namespace

void did_open(Session& session, const protocol::DidOpenParams& params) {
  if (const Document* before = session.workspace.documents.find(params.uri)) {
    session.log.warn("`{}` is opened twice", params.uri);
    if (is_analysed(*before) && params.language != "python") {
      session.scheduler.forget(params.uri);
      clear_diagnostics(session, params.uri, params.version);
    }
  }
  const Document& document = session.workspace.documents.open(params);
  if (is_analysed(document)) session.scheduler.opened(document);
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
  const auto text = apply_changes(document->text, params.changes, session.conversion.unit);
  if (!text) return lose(session, *document, params.version, text.error());
  session.workspace.documents.update(*document, params.version, *text);
  if (is_analysed(*document)) session.scheduler.changed(*document);
}

void did_close(Session& session, const protocol::DidCloseParams& params) {
  const Document* const document = session.workspace.documents.find(params.uri);
  if (document == nullptr) return session.log.error("`{}` is closed, but was not open", params.uri);
  const std::string file = document->file;
  session.scheduler.forget(params.uri);
  session.inventories.erase(params.uri);
  session.workspace.documents.close(params.uri);
  clear_diagnostics(session, params.uri, {});
  session.scan.closed(file);
}

}  // namespace server
