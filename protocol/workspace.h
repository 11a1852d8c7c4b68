// Folders that the client has open, and files that change on the disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/json.h"

namespace protocol {

struct WorkspaceFolder {
  std::string uri;
};

struct DidChangeFoldersParams {
  std::vector<WorkspaceFolder> added;
  std::vector<WorkspaceFolder> removed;
};

enum class FileChangeType : std::uint8_t { created = 1, changed = 2, deleted = 3 };

struct FileEvent {
  std::string uri;
  FileChangeType type = FileChangeType::changed;
};

struct DidChangeWatchedFilesParams {
  std::vector<FileEvent> changes;
};

/// Params of `client/registerCapability` that ask for the changes of files.
struct FileWatchRegistration {
  std::vector<std::string> globs;
};

void from_json(const Json& json, WorkspaceFolder& folder);
void from_json(const Json& json, DidChangeFoldersParams& params);
void from_json(const Json& json, FileEvent& event);
void from_json(const Json& json, DidChangeWatchedFilesParams& params);
void to_json(Json& json, const FileWatchRegistration& registration);

}  // namespace protocol
