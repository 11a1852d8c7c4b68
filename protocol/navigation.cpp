#include "protocol/navigation.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, PositionParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
  params.position = required<Position>(json, "position");
}

void from_json(const Json& json, ReferenceParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
  params.position = required<Position>(json, "position");
  params.include_declaration = is_set(json, {"context", "includeDeclaration"});
}

void from_json(const Json& json, DocumentParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
}

void to_json(Json& json, const Hover& hover) {
  json = {{"contents", {{"kind", hover.is_markdown ? "markdown" : "plaintext"}, {"value", hover.text}}},
          {"range", hover.range}};
}

void to_json(Json& json, const DocumentHighlight& highlight) {
  constexpr int read = 2;
  constexpr int write = 3;
  json = {{"range", highlight.range}, {"kind", highlight.is_write ? write : read}};
}

void to_json(Json& json, const CodeLens& lens) {
  json = {{"range", lens.range}, {"command", {{"title", lens.title}, {"command", ""}}}};
}

}  // namespace protocol
