// `initialize`: what the client can do, and what the server offers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"

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
  bool document_changes = false;
  bool file_creation = false;  // by edits that the server sends
  bool show_document = false;
  bool work_done_progress = false;
  bool hover_markdown = false;
  bool file_watch_registration = false;
};

struct InitializeParams {
  std::optional<int> process_id;
  std::string client_name;  // with its version; empty when it does not tell
  ClientCapabilities capabilities;
  std::vector<std::string> folders;  // URIs
  // Of `initializationOptions`:
  std::optional<std::int64_t> debounce_ms;  // never negative
  bool hover = true;                        // what the user does not want is not offered
  bool document_highlight = true;
  bool code_lens = true;
  bool references = true;
  bool call_hierarchy = true;
  bool is_trusted = false;         // code of the workspace may be run when the user asks for it
  std::string python = "python3";  // the interpreter that runs it
};

struct InitializeResult {
  std::string server_name;
  std::string server_version;
  PositionEncoding position_encoding = PositionEncoding::utf16;
  std::vector<std::string> code_action_kinds;
  std::vector<std::string> commands;
  bool hover = false;
  bool document_highlight = false;
  bool code_lens = false;
  bool references = false;
  bool call_hierarchy = false;
};

/// The client's first choice; UTF-16 when it makes none.
[[nodiscard]] PositionEncoding negotiated_encoding(const ClientCapabilities& capabilities);

[[nodiscard]] std::string name_of(PositionEncoding encoding);

void from_json(const Json& json, ClientCapabilities& capabilities);
void from_json(const Json& json, InitializeParams& params);
void to_json(Json& json, const InitializeResult& result);

}  // namespace protocol
