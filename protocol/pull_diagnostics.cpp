#include "protocol/pull_diagnostics.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, DocumentDiagnosticParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
  params.previous_id = optional<std::string>(json, "previousResultId");
}

void from_json(const Json& json, WorkspaceDiagnosticParams& params) {
  for (const Json& previous : json.at("previousResultIds")) {
    params.previous_ids[required<std::string>(previous, "uri")] = required<std::string>(previous, "value");
  }
  params.partial_result_token = member_at(json, {"partialResultToken"});
}

void to_json(Json& json, const DocumentReport& report) {
  json = {{"kind", report.is_unchanged ? "unchanged" : "full"}};
  if (!report.id.empty()) json["resultId"] = report.id;
  if (!report.is_unchanged) json["items"] = report.items;
  if (!report.related.empty()) json["relatedDocuments"] = report.related;
}

void to_json(Json& json, const WorkspaceDocumentReport& report) {
  json = report.report;
  json["uri"] = report.uri;
  json["version"] = report.version ? Json(*report.version) : Json();
}

void to_json(Json& json, const WorkspaceReport& report) { json = {{"items", report.documents}}; }

}  // namespace protocol
