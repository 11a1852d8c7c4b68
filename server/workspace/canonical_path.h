// One name for a file that may be spelled in several ways.
#pragma once

#include <string>

namespace server {

/// Absolute and without links, as far as the path exists.
[[nodiscard]] std::string canonical_path(const std::string& path);

/// The canonical path that a URI names; the URI itself where it names no file.
[[nodiscard]] std::string file_of_uri(const std::string& uri);

}  // namespace server
