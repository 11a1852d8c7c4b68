#include "protocol/diagnostics.h"

namespace protocol {

void to_json(Json& json, const RelatedInformation& related) {
  json = {{"location", related.location}, {"message", related.message}};
}

void to_json(Json& json, const Diagnostic& diagnostic) {
  json = {{"range", diagnostic.range},
          {"severity", static_cast<int>(diagnostic.severity)},
          {"code", diagnostic.code},
          {"source", diagnostic.source},
          {"message", diagnostic.message}};
  if (!diagnostic.code_url.empty()) json["codeDescription"] = {{"href", diagnostic.code_url}};
  if (diagnostic.is_unnecessary) json["tags"] = Json::array({unnecessary_tag});
  if (!diagnostic.related.empty()) json["relatedInformation"] = diagnostic.related;
  for (const auto& [name, value] : diagnostic.data) json["data"][name] = value;
}

void to_json(Json& json, const PublishDiagnosticsParams& params) {
  json = {{"uri", params.uri}, {"diagnostics", params.diagnostics}};
  if (params.version) json["version"] = *params.version;
}

}  // namespace protocol
