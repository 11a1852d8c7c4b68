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

namespace {

constexpr const char* annotation_id = "confirm";

Json document_edits(const TextDocumentEdit& document, bool is_annotated) {
  const Json version = document.version ? Json(*document.version) : Json();
  Json edits = document.edits;
  for (Json& edit : edits) {
    if (is_annotated) edit["annotationId"] = annotation_id;
  }
  return {{"textDocument", {{"uri", document.uri}, {"version", version}}}, {"edits", std::move(edits)}};
}

}  // namespace

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
    changes.push_back(document_edits(document, edit.confirmation.has_value()));
  }
  if (edit.is_versioned && edit.confirmation) {
    json["changeAnnotations"] = {{annotation_id,
                                  {{"label", edit.confirmation->label},
                                   {"description", edit.confirmation->description},
                                   {"needsConfirmation", true}}}};
  }
}

void to_json(Json& json, const Command& command) {
  json = {{"title", command.title}, {"command", command.name}, {"arguments", command.arguments}};
}

}  // namespace protocol
