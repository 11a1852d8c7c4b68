// `initialize`: what the client can do, and what the server offers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"
#include "protocol/window.h"

namespace protocol {

/// What `Position::character` counts.
enum class PositionEncoding : std::uint8_t { utf8, utf16, utf32 };

/// The capabilities that make a difference to us. What the client does not say, or says in a wrong shape, it has not.
struct ClientCapabilities {
  std::vector<PositionEncoding> position_encodings;  // those that we know, in the client's order
  bool diagnostic_versions = false;
  bool related_information = false;
  bool unnecessary_tag = false;
  bool code_action_literals = false;
  bool disabled_code_actions = false;
  bool code_action_edits_later = false;  // an action's edit may come when it is chosen
  bool change_annotations = false;
  bool document_changes = false;
  bool file_creation = false;  // by edits that the server sends
  bool show_document = false;
  bool work_done_progress = false;
  bool hover_markdown = false;  // rather than plain text
  bool file_watch_registration = false;
  bool pull_diagnostics = false;            // and can be told to pull again
  bool related_documents = false;           // in answers to `textDocument/diagnostic`
  bool configuration = false;               // it answers `workspace/configuration`
  bool configuration_registration = false;  // it tells of changes when asked to
};

struct InitializeParams {
  std::optional<int> process_id;
  std::string client_name;  // with its version; empty when it does not tell
  ClientCapabilities capabilities;
  std::vector<std::string> folders;  // URIs
  TraceValue trace = TraceValue::off;
  Json progress_token;  // for work that follows; null: none
  // Of `initializationOptions`:
  bool hover = true;  // what the user does not want is not offered
  bool document_highlight = true;
  bool code_lens = true;
  bool references = true;
  bool call_hierarchy = true;
  bool is_trusted = false;         // code of the workspace may be run when the user asks for it
  std::string python = "python3";  // the interpreter that runs it
  bool status = false;             // the client wants `threadlint/status`
  Json options;                    // all of them
};

struct InitializeResult {
  std::string server_name;
  std::string server_version;
  PositionEncoding position_encoding = PositionEncoding::utf16;
  std::vector<std::string> code_action_kinds;
  bool code_action_resolve = false;
  std::vector<std::string> commands;
  bool hover = false;
  bool document_highlight = false;
  bool code_lens = false;
  bool references = false;
  bool call_hierarchy = false;
  bool pull_diagnostics = false;
};

/// The client's first choice; UTF-16 when it makes none.
[[nodiscard]] PositionEncoding negotiated_encoding(const ClientCapabilities& capabilities);

[[nodiscard]] std::string name_of(PositionEncoding encoding);

void from_json(const Json& json, ClientCapabilities& capabilities);
void from_json(const Json& json, InitializeParams& params);
void to_json(Json& json, const InitializeResult& result);

}  // namespace protocol
