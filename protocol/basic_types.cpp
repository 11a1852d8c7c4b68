#include "protocol/basic_types.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, Position& position) {
  position.line = required<std::int64_t>(json, "line");
  position.character = required<std::int64_t>(json, "character");
}

void from_json(const Json& json, Range& range) {
  range.start = required<Position>(json, "start");
  range.end = required<Position>(json, "end");
}

void to_json(Json& json, const Position& position) {
  json = {{"line", position.line}, {"character", position.character}};
}

void to_json(Json& json, const Range& range) { json = {{"start", range.start}, {"end", range.end}}; }

void to_json(Json& json, const Location& location) { json = {{"uri", location.uri}, {"range", location.range}}; }

void to_json(Json& json, const TextEdit& edit) { json = {{"range", edit.range}, {"newText", edit.new_text}}; }

void to_json(Json& json, const WorkspaceEdit& edit) {
  json = Json::object();
  Json& changes = json[edit.is_versioned ? "documentChanges" : "changes"];
  changes = edit.is_versioned ? Json::array() : Json::object();
  if (edit.is_versioned) {
    for (const std::string& uri : edit.new_files) changes.push_back({{"kind", "create"}, {"uri", uri}});
  }
  for (const TextDocumentEdit& document : edit.documents) {
    if (!edit.is_versioned) {
      changes[document.uri] = document.edits;
      continue;
    }
    const Json version = document.version ? Json(*document.version) : Json();
    changes.push_back({{"textDocument", {{"uri", document.uri}, {"version", version}}}, {"edits", document.edits}});
  }
}

void to_json(Json& json, const Command& command) {
  json = {{"title", command.title}, {"command", command.name}, {"arguments", command.arguments}};
}

}  // namespace protocol
