#include "server/workspace/path_pattern.h"

#include <fnmatch.h>

#include <algorithm>
#include <vector>

namespace server {
namespace {

using Names = std::vector<std::string>;

/// Names between slashes; empty ones and `.` are left out.
Names names_of(std::string_view path) {
  Names names;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (!name.empty() && name != ".") names.emplace_back(name);
  }
  return names;
}

bool fits_name(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// Whether the pattern fits a beginning of the path, which is a folder with all that is in it, or the whole path. Goes
/// back to the last `**` only, as for `*` in one name.
bool fits_beginning(const Names& pattern, const Names& path) {
  std::size_t at = 0;
  std::size_t next = 0;
  std::size_t stars = Names::size_type(-1);
  std::size_t covered = 0;  // where what the last `**` stands for ends
  while (next < pattern.size()) {
    if (pattern[next] == "**") {
      // At the end it stands for what is in the folder, not for the folder.
      if (next + 1 == pattern.size()) return at < path.size();
      stars = next++;
      covered = at;
    } else if (at < path.size() && fits_name(pattern[next], path[at])) {
      ++next;
      ++at;
    } else if (stars != Names::size_type(-1) && covered < path.size()) {
      next = stars + 1;
      at = ++covered;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool fits(const PathPattern& pattern, std::string_view path) {
  if (!path.starts_with(pattern.folder)) return false;
  path.remove_prefix(pattern.folder.size());
  if (!path.starts_with('/') && !pattern.folder.ends_with('/')) return false;
  Names wanted = names_of(pattern.pattern);
  if (wanted.empty()) return false;
  const bool is_name = pattern.pattern.find('/') >= pattern.pattern.size() - 1;
  if (is_name) wanted.insert(wanted.begin(), "**");
  return fits_beginning(wanted, names_of(path));
}

}  // namespace server
