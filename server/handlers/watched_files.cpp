// Keeps the project as the files on the disk are.

#include <algorithm>

#include "protocol/uri.h"
#include "server/handlers/handlers.h"
#include "server/workspace/canonical_path.h"

namespace server {

void watch_files(Session& session) {
  if (!session.conversion.capabilities.file_watch_registration) return;
  session.client.request(
      "client/registerCapability",
      protocol::FileWatchRegistration{{"**/*.py", "**/*.pyw", "**/.gitignore", "**/pyproject.toml",
                                       "**/threadlint.toml", "**/.threadlint.toml", "**/threadlint-baseline.json"}},
      [](const protocol::Json& /*result*/) {},
      [&session](const protocol::Error& /*error*/) {
        watch_files_ourselves(session);
        session.scan.walk_again();
      });
}

void did_change_watched_files(Session& session, const protocol::DidChangeWatchedFilesParams& params) {
  std::vector<std::string> files;
  bool is_listing_new = false;  // of files, or what git ignores
  for (const protocol::FileEvent& event : params.changes) {
    const bool is_file_list = event.uri.ends_with("/.gitignore");
    is_listing_new = is_listing_new || is_file_list || event.type != protocol::FileChangeType::changed;
    files.push_back(file_of_uri(event.uri));
  }
  const auto decides = [&](const std::string& file) { return session.workspace.settings.depends_on(file); };
  if (std::ranges::any_of(files, decides)) settings_files_changed(session);
  if (is_listing_new) return session.scan.walk_again(files);
  session.scan.read_again(files);
}

void did_change_folders(Session& session, const protocol::DidChangeFoldersParams& params) {
  std::vector<std::string> folders = session.scan.folders();
  for (const protocol::WorkspaceFolder& folder : params.removed) {
    // Once: it may be open by another name, too.
    const auto found = std::ranges::find(folders, file_of_uri(folder.uri));
    if (found != folders.end()) folders.erase(found);
  }
  for (const protocol::WorkspaceFolder& folder : params.added) {
    if (const auto path = protocol::path_of_uri(folder.uri)) folders.push_back(*path);
  }
  session.scan.set_folders(std::move(folders));
  folders_changed(session, params);
}

}  // namespace server
