// The list of handlers: free functions on the session, on the main thread.
#pragma once

#include "protocol/call_hierarchy.h"
#include "protocol/code_action.h"
#include "protocol/command.h"
#include "protocol/configuration.h"
#include "protocol/custom.h"
#include "protocol/file_operations.h"
#include "protocol/lifecycle.h"
#include "protocol/navigation.h"
#include "protocol/notebook.h"
#include "protocol/pull_diagnostics.h"
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
void set_trace(Session& session, const protocol::SetTraceParams& params);
void cancel_progress(Session& session, const protocol::Json& params);

// configuration.cpp
/// At `initialize`: until the client has answered, or has taken too long, nothing is analysed.
void begin_configuration(Session& session, const protocol::InitializeParams& params);
/// Of typing, before an analysis. Files that are not open wait for a longer one.
void set_pauses(Session& session, std::chrono::milliseconds pause);
/// At `initialized`.
void ask_for_configuration(Session& session);
void did_change_configuration(Session& session, const protocol::DidChangeConfigurationParams& params);
void folders_changed(Session& session, const protocol::DidChangeFoldersParams& params);
/// Files that settings depend on are not what they were.
void settings_files_changed(Session& session);
/// Other settings are in force: everything is looked at again.
void settings_changed(Session& session);
/// In the settings files themselves; what was mended is cleared.
void publish_settings_problems(Session& session);

// text_sync.cpp
void did_open(Session& session, const protocol::DidOpenParams& params);
void did_change(Session& session, const protocol::DidChangeParams& params);
void did_close(Session& session, const protocol::DidCloseParams& params);

// watched_files.cpp
void watch_files(Session& session);
void did_change_watched_files(Session& session, const protocol::DidChangeWatchedFilesParams& params);
void did_change_folders(Session& session, const protocol::DidChangeFoldersParams& params);

// file_operations.cpp
/// Begins to watch the files of the workspace without the client's help.
void watch_files_ourselves(Session& session);
void files_changed(Session& session, const FileWatcher::Changes& changes);
void did_move_files(Session& session, const protocol::FileOperationParams& params);
void will_rename_files(Session& session, const protocol::Json& params, Reply reply);
void did_save(Session& session, const protocol::DocumentParams& params);

// information.cpp
void explain_rule(Session& session, const protocol::ExplainParams& params, Reply reply);
/// Lines for a bug report.
[[nodiscard]] std::string debug_text(const Session& session);
void debug_information(Session& session, const protocol::Json& params, Reply reply);
void memory_usage(Session& session, const protocol::Json& params, Reply reply);

// live_review.cpp
void live_review(Session& session, const protocol::ReviewParams& params, Reply reply);

// notebook.cpp
void did_open_notebook(Session& session, const protocol::DidOpenNotebookParams& params);
void did_change_notebook(Session& session, const protocol::DidChangeNotebookParams& params);
void did_save_notebook(Session& session, const protocol::Json& params);
void did_close_notebook(Session& session, const protocol::DidCloseNotebookParams& params);
/// What is published of a notebook's module goes to its cells.
void publish_to_cells(Session& session, Notebook& notebook, const std::vector<protocol::Diagnostic>& items);

// diagnostics.cpp
void publish_diagnostics(Session& session, const Document& document, const AnalysisResult& result);
void publish_closed_file(Session& session, const ClosedFiles::Result& result);
/// Of a file, given by its path, that is no Python.
void publish_file_diagnostics(Session& session, const std::string& file, std::vector<protocol::Diagnostic> items);
/// Other settings are in force, perhaps those that say whether files that are not open are looked at.
void check_closed_files(Session& session);
void clear_diagnostics(Session& session, const std::string& uri, std::optional<std::int64_t> version);
/// What is said of the document's file is the document's now.
void take_over_diagnostics(Session& session, const Document& document);
/// The document is closed; what was said of it stays until its file was looked at.
void leave_diagnostics(Session& session, const std::string& uri, const std::string& file);
/// The client is to ask again for what it pulls.
void refresh_diagnostics(Session& session);

// pull_diagnostics.cpp
void document_diagnostic(Session& session, const protocol::DocumentDiagnosticParams& params, Reply reply);
void workspace_diagnostic(Session& session, const protocol::WorkspaceDiagnosticParams& params, Reply reply);
/// Sends what is new to a client that waits for it, as parts of the answer where it takes such.
void send_new_reports(Session& session);

// code_action.cpp
/// Those that the client may be offered.
[[nodiscard]] std::vector<std::string> code_action_kinds(const Session& session);
void code_action(Session& session, const protocol::CodeActionParams& params, Reply reply);

// fix_all.cpp
void resolve_code_action(Session& session, const protocol::ResolveParams& params, Reply reply);

// proof.cpp
/// The commands that the client can have, and those of them that are about proofs.
[[nodiscard]] std::vector<std::string> commands_of(const Session& session);
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
