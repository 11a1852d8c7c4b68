#include "protocol/workspace.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, WorkspaceFolder& folder) { folder.uri = required<std::string>(json, "uri"); }

void from_json(const Json& json, DidChangeFoldersParams& params) {
  const Json& event = json.at("event");
  params.added = required<std::vector<WorkspaceFolder>>(event, "added");
  params.removed = required<std::vector<WorkspaceFolder>>(event, "removed");
}

void from_json(const Json& json, FileEvent& event) {
  event.uri = required<std::string>(json, "uri");
  const auto type = required<std::int64_t>(json, "type");
  // What is not known may be anything.
  event.type = type == 2 ? FileChangeType::changed : type == 3 ? FileChangeType::deleted : FileChangeType::created;
}

void from_json(const Json& json, DidChangeWatchedFilesParams& params) {
  params.changes = required<std::vector<FileEvent>>(json, "changes");
}

void to_json(Json& json, const FileWatchRegistration& registration) {
  Json watchers = Json::array();
  for (const std::string& glob : registration.globs) watchers.push_back({{"globPattern", glob}});
  const Json one = {{"id", "threadlint-files"},
                    {"method", "workspace/didChangeWatchedFiles"},
                    {"registerOptions", {{"watchers", watchers}}}};
  json = {{"registrations", Json::array({one})}};
}

}  // namespace protocol
