#include "protocol/text_sync.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, DidOpenParams& params) {
  const Json& document = json.at("textDocument");
  params.uri = required<std::string>(document, "uri");
  params.language = required<std::string>(document, "languageId");
  params.version = optional<std::int64_t>(document, "version");
  params.text = required<std::string>(document, "text");
}

void from_json(const Json& json, ContentChange& change) {
  change.range = optional<Range>(json, "range");
  change.text = required<std::string>(json, "text");
}

void from_json(const Json& json, DidChangeParams& params) {
  const Json& document = json.at("textDocument");
  params.uri = required<std::string>(document, "uri");
  params.version = optional<std::int64_t>(document, "version");
  params.changes = required<std::vector<ContentChange>>(json, "contentChanges");
}

void from_json(const Json& json, DidCloseParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
}

}  // namespace protocol
