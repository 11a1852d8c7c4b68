// The Python files below given paths, as a user means it: without what git ignores and without other people's packages.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "server/workspace/file_error.h"
#include "server/workspace/workers.h"

namespace server {

struct FoundFile {
  std::string path;        // begins as the user spelled the path that led here
  std::uint64_t size = 0;  // bytes; 0 for what is not a regular file
  friend auto operator<=>(const FoundFile&, const FoundFile&) = default;
};

/// Both sorted by path.
struct FoundFiles {
  std::vector<FoundFile> files;
  std::vector<FileError> errors;
};

/// The files that `paths` name, and the `.py` and `.pyw` files below the folders that they name. Below a folder,
/// whatever `.gitignore` files say is ignored is left out, and so are version control, caches, virtual environments and
/// installed packages. A file that is reached in several ways is found once, by its real path where one leads there.
/// Links to folders are followed, unless they lead back above a given path. When `stop` is requested, files are
/// missing.
[[nodiscard]] FoundFiles find_python_files(const std::vector<std::string>& paths, Workers& workers,
                                           const std::stop_token& stop = {});

}  // namespace server
