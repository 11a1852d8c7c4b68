// From `initialize` to `exit`, and what concerns requests as such.

#include "protocol/json_fields.h"
#include "protocol/uri.h"
#include "server/convert/from_protocol.h"
#include "server/handlers/handlers.h"

namespace server {
void initialize(Session& session, const protocol::InitializeParams& params, Reply reply) {
  const protocol::PositionEncoding encoding = protocol::negotiated_encoding(params.capabilities);
  session.phase = Phase::running;
  session.conversion = {.capabilities = params.capabilities, .unit = to_column_unit(encoding)};
  session.is_trusted = params.is_trusted;
  session.python = params.python;
  session.client_name = params.client_name;
  session.client.set_trace(params.trace);
  if (params.capabilities.work_done_progress) session.progress.allow_creation();
  session.progress.set_token(params.progress_token);
  session.log.info("client `{}`, positions in {}", params.client_name, protocol::name_of(encoding));

  if (params.process_id && !session.process_watch.watch(*params.process_id)) {
    session.log.warn("the client's process {} is not seen from here", *params.process_id);
  }
  const std::vector<std::string> commands = commands_of(session);
  reply.send(protocol::InitializeResult{.server_name = "threadlint",
                                        .server_version = THREADLINT_VERSION,
                                        .position_encoding = encoding,
                                        .code_action_kinds = code_action_kinds(session),
                                        .code_action_resolve = params.capabilities.code_action_edits_later,
                                        .commands = commands,
                                        .hover = params.hover,
                                        .document_highlight = params.document_highlight,
                                        .code_lens = params.code_lens,
                                        .references = params.references,
                                        .call_hierarchy = params.call_hierarchy,
                                        .pull_diagnostics = params.capabilities.pull_diagnostics});
  if (params.status) session.status.enable();
  if (!params.capabilities.file_watch_registration) watch_files_ourselves(session);
  begin_configuration(session, params);
  std::vector<std::string> folders;
  for (const std::string& uri : params.folders) {
    if (const auto path = protocol::path_of_uri(uri)) folders.push_back(*path);
  }
  session.scan.set_folders(std::move(folders));
}

void initialized(Session& session, const protocol::Json& /*params*/) {
  watch_files(session);
  ask_for_configuration(session);
}

void shutdown(Session& session, const protocol::Json& /*params*/, Reply reply) {
  session.phase = Phase::shut_down;
  session.configuration_limit.cancel();
  session.scheduler.stop();
  session.scan.stop();
  session.closed_files.stop();
  session.progress.stop();
  session.pending.cancel_all();
  reply.send(nullptr);
}

void exit(Session& session, const protocol::Json& /*params*/) { session.exit(); }

void cancel_request(Session& session, const protocol::Json& params) {
  session.pending.cancel_id(protocol::member_at(params, {"id"}));
}

void set_trace(Session& session, const protocol::SetTraceParams& params) { session.client.set_trace(params.value); }

void cancel_progress(Session& session, const protocol::Json& params) {
  if (session.progress.is_shown_as(protocol::member_at(params, {"token"}))) return session.scan.give_up();
  cancel_proof(session, params);
}

void idle(Session& session, const protocol::Json& /*params*/, Reply reply) {
  session.file_watcher.flush();
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_idle([&session, request] { session.pending.answer(request, nullptr); });
}

}  // namespace server
