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
  session.log.info("client `{}`, positions in {}", params.client_name, protocol::name_of(encoding));

  if (params.debounce_ms) session.scheduler.set_pause(std::chrono::milliseconds(*params.debounce_ms));
  if (params.process_id && !session.process_watch.watch(*params.process_id)) {
    session.log.warn("the client's process {} is not seen from here", *params.process_id);
  }
  const std::vector<std::string> commands = proof_commands(session);
  std::vector<std::string> action_kinds{protocol::quick_fix_kind};
  if (!commands.empty()) action_kinds.emplace_back(protocol::refactor_kind);
  reply.send(protocol::InitializeResult{.server_name = "threadlint",
                                        .server_version = THREADLINT_VERSION,
                                        .position_encoding = encoding,
                                        .code_action_kinds = action_kinds,
                                        .commands = commands,
                                        .hover = params.hover,
                                        .document_highlight = params.document_highlight,
                                        .code_lens = params.code_lens,
                                        .references = params.references,
                                        .call_hierarchy = params.call_hierarchy});
  std::vector<std::string> folders;
  for (const std::string& uri : params.folders) {
    if (const auto path = protocol::path_of_uri(uri)) folders.push_back(*path);
  }
  session.scan.set_folders(std::move(folders));
}

void initialized(Session& session, const protocol::Json& /*params*/) { watch_files(session); }

void shutdown(Session& session, const protocol::Json& /*params*/, Reply reply) {
  session.phase = Phase::shut_down;
  session.scheduler.stop();
  session.scan.stop();
  session.pending.cancel_all();
  reply.send(nullptr);
}

void exit(Session& session, const protocol::Json& /*params*/) { session.exit(); }

void cancel_request(Session& session, const protocol::Json& params) {
  session.pending.cancel_id(protocol::member_at(params, {"id"}));
}

void idle(Session& session, const protocol::Json& /*params*/, Reply reply) {
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_idle([&session, request] { session.pending.answer(request, nullptr); });
}

}  // namespace server
