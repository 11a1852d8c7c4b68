// The vocabulary of LSP: places in documents, and edits of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"

namespace protocol {

/// Numbers as the client sent them, perhaps negative or past the end. What `character` counts was negotiated.
struct Position {
  std::int64_t line = 0;
  std::int64_t character = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Range {
  Position start;
  Position end;
  friend bool operator==(const Range&, const Range&) = default;
};

struct Location {
  std::string uri;
  Range range;
};

struct TextEdit {
  Range range;
  std::string new_text;
};

/// Edits of one document. `version` is the one that they fit; nothing if the client gave it none.
struct TextDocumentEdit {
  std::string uri;
  std::optional<std::int64_t> version;
  std::vector<TextEdit> edits;
};

/// Why the user is asked before edits are made.
struct ChangeAnnotation {
  std::string label;
  std::string description;
};

/// `is_versioned` prints `documentChanges`, otherwise `changes`, which all clients understand.
struct WorkspaceEdit {
  std::vector<std::string> new_files;  // URIs, created empty before the documents are edited; only when versioned
  std::vector<TextDocumentEdit> documents;
  bool is_versioned = false;
  std::optional<ChangeAnnotation> confirmation = {};  // that all edits of documents need; only when versioned
};

/// A command of the server that the client may ask for later.
struct Command {
  std::string title;
  std::string name;
  Json arguments = Json::array();
};

void from_json(const Json& json, Position& position);
void from_json(const Json& json, Range& range);

void to_json(Json& json, const Position& position);
void to_json(Json& json, const Range& range);
void to_json(Json& json, const Location& location);
void to_json(Json& json, const TextEdit& edit);
void to_json(Json& json, const WorkspaceEdit& edit);
void to_json(Json& json, const Command& command);

}  // namespace protocol
