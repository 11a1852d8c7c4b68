// The list of handlers: free functions on the session, on the main thread.
#pragma once

#include "protocol/call_hierarchy.h"
#include "protocol/code_action.h"
#include "protocol/command.h"
#include "protocol/lifecycle.h"
#include "protocol/navigation.h"
#include "protocol/text_sync.h"
#include "protocol/workspace.h"
#include "server/session.h"
#include "server/transport/reply.h"

namespace server {

// lifecycle.cpp
void initialize(Session& session, const protocol::InitializeParams& params, Reply reply);
void initialized(Session& session, const protocol::Json& params);
void shutdown(Session& session, const protocol::Json& params, Reply reply);
void exit(Session& session, const protocol::Json& params);
void cancel_request(Session& session, const protocol::Json& params);
void idle(Session& session, const protocol::Json& params, Reply reply);

// text_sync.cpp
void did_open(Session& session, const protocol::DidOpenParams& params);
void did_change(Session& session, const protocol::DidChangeParams& params);
void did_close(Session& session, const protocol::DidCloseParams& params);

// watched_files.cpp
void watch_files(Session& session);
void did_change_watched_files(Session& session, const protocol::DidChangeWatchedFilesParams& params);
void did_change_folders(Session& session, const protocol::DidChangeFoldersParams& params);

// diagnostics.cpp
void publish_diagnostics(Session& session, const Document& document, const AnalysisResult& result);
void clear_diagnostics(Session& session, const std::string& uri, std::optional<std::int64_t> version);

// code_action.cpp
void code_action(Session& session, const protocol::CodeActionParams& params, Reply reply);

// proof.cpp
/// The commands that the client can have.
[[nodiscard]] std::vector<std::string> proof_commands(const Session& session);
[[nodiscard]] std::vector<protocol::CodeAction> proof_actions(const Session& session, const analysis::Finding& finding,
                                                              const Document& document,
                                                              const analysis::ProjectIndex& project);
void execute_command(Session& session, const protocol::ExecuteCommandParams& params, Reply reply);
void cancel_proof(Session& session, const protocol::Json& params);

// shared_names.cpp
void hover(Session& session, const protocol::PositionParams& params, Reply reply);
void document_highlight(Session& session, const protocol::PositionParams& params, Reply reply);
void code_lens(Session& session, const protocol::DocumentParams& params, Reply reply);

// shared_name_places.cpp
void references(Session& session, const protocol::ReferenceParams& params, Reply reply);
void prepare_call_hierarchy(Session& session, const protocol::PositionParams& params, Reply reply);
void incoming_calls(Session& session, const protocol::CallHierarchyParams& params, Reply reply);
void outgoing_calls(Session& session, const protocol::CallHierarchyParams& params, Reply reply);

}  // namespace server
