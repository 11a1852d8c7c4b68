// `textDocument/diagnostic` and `workspace/diagnostic`: the client asks what was found.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"

namespace protocol {

struct DocumentDiagnosticParams {
  std::string uri;
  std::optional<std::string> previous_id;  // of the report that the client has
};

struct WorkspaceDiagnosticParams {
  std::map<std::string, std::string> previous_ids;  // of the reports that the client has, by URI
  Json partial_result_token;                        // null: it wants one answer
};

/// What was found in one document.
struct DocumentReport {
  std::string id;  // empty: not sent
  Json items = Json::array();
  bool is_unchanged = false;                      // the client has them: `items` are not sent
  std::map<std::string, DocumentReport> related;  // of other documents, by URI; empty: not sent
};

/// One of several, so it says of what it is.
struct WorkspaceDocumentReport {
  std::string uri;
  std::optional<std::int64_t> version;  // nothing: it is not open
  DocumentReport report;
};

struct WorkspaceReport {
  std::vector<WorkspaceDocumentReport> documents;
};

void from_json(const Json& json, DocumentDiagnosticParams& params);
void from_json(const Json& json, WorkspaceDiagnosticParams& params);
void to_json(Json& json, const DocumentReport& report);
void to_json(Json& json, const WorkspaceDocumentReport& report);
void to_json(Json& json, const WorkspaceReport& report);

}  // namespace protocol
