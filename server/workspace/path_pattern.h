// Patterns of settings for files and folders.
#pragma once

#include <string>
#include <string_view>

namespace server {

/// `*` stands for any characters of a name, `?` for one, `[ab]` for one of some, and `**` for any number of folders. A
/// pattern without a slash, but for one at its end, fits a name at any depth below `folder`; others are relative to it.
/// What fits a folder fits all that is in it.
struct PathPattern {
  std::string folder;  // absolute, without a slash at its end
  std::string pattern;
};

/// `path` is absolute. What is not below the pattern's folder does not fit.
[[nodiscard]] bool fits(const PathPattern& pattern, std::string_view path);

}  // namespace server
