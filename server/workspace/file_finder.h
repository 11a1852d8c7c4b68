// The Python files below given paths, as a user means it: without what git ignores and without other people's packages.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "server/workspace/file_error.h"
#include "server/workspace/workers.h"

namespace server {

struct FoundFile {
  std::string path;           // begins as the user spelled the path that led here
  std::uint64_t size = 0;     // bytes; 0 for what is not a regular file
  std::int64_t modified = 0;  // when, in nanoseconds
  friend auto operator<=>(const FoundFile&, const FoundFile&) = default;
};

/// Which links to follow: all, or those to something below a given path.
enum class Links : std::uint8_t { everywhere, inside };

/// Both sorted by path.
struct FoundFiles {
  std::vector<FoundFile> files;
  std::vector<FileError> errors;
};

struct SearchOptions {
  Links links = Links::everywhere;
  /// Whether the user leaves out a file or folder, given by its real path. Asked on one thread, about folders before
  /// what is in them, and not about what is searched.
  std::function<bool(const std::string& path)> is_left_out = {};
  /// Called with each folder before it is read, from all workers.
  std::function<void(const std::string& folder)> visit = {};
  /// When it is requested, files are missing.
  std::stop_token stop = {};
};

/// The files that `paths` name, and the `.py` and `.pyw` files below the folders that they name. Below a folder,
/// whatever `.gitignore` files say is ignored is left out, and so are version control, caches, virtual environments and
/// installed packages. A file that is reached in several ways is found once, by its real path where one leads there.
/// Links are followed as far as `links` says, but not to what lies above a given path.
[[nodiscard]] FoundFiles find_python_files(const std::vector<std::string>& paths, Workers& workers,
                                           const SearchOptions& options = {});

}  // namespace server
