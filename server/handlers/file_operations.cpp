// Files that come, go and change: by the user's hand in the client, or seen by our own watcher.

#include "protocol/uri.h"
#include "server/handlers/handlers.h"
#include "server/workspace/canonical_path.h"

namespace server {
namespace {

protocol::FileChangeType type_of(FileWatcher::Change change) {
  switch (change) {
    case FileWatcher::Change::created:
      return protocol::FileChangeType::created;
    case FileWatcher::Change::changed:
      return protocol::FileChangeType::changed;
    case FileWatcher::Change::deleted:
      break;
  }
  return protocol::FileChangeType::deleted;
}

}  // namespace

void watch_files_ourselves(Session& session) {
  if (session.file_watcher.start()) return session.scan.set_watcher(session.file_watcher);
  session.client.log_message(protocol::MessageType::warning, "changes of files are seen only when something is saved");
}

void files_changed(Session& session, const FileWatcher::Changes& changes) {
  if (session.phase != Phase::running) return;
  if (changes.are_some_lost) session.scan.walk_again();
  protocol::DidChangeWatchedFilesParams params;
  for (const auto& [path, change] : changes.files) {
    params.changes.push_back({protocol::uri_of_path(path), type_of(change)});
  }
  if (!params.changes.empty()) did_change_watched_files(session, params);
}

void did_move_files(Session& session, const protocol::FileOperationParams& params) {
  std::vector<std::string> files;
  for (const std::string& uri : params.uris) files.push_back(file_of_uri(uri));
  session.scan.walk_again(files);
}

void will_rename_files(Session& /*session*/, const protocol::Json& /*params*/, Reply reply) {
  // Imports are for those who know all names; two servers that edit them would do it twice.
  reply.send(nullptr);
}

void did_save(Session& session, const protocol::DocumentParams& params) {
  // What the user saves he may have changed by other programs, too.
  if (session.file_watcher.is_blind()) session.scan.walk_again({file_of_uri(params.uri)});
}

}  // namespace server
