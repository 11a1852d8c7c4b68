// File URIs ↔ paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace protocol {

/// The path that a `file:` URI names: `file:///a%20b.py` is `/a b.py`, `file:///c%3A/a.py` is `c:/a.py`,
/// `file://host/a.py` is `//host/a.py`. Nothing for other schemes, which name no file.
[[nodiscard]] std::optional<std::string> path_of_uri(std::string_view uri);

/// The URI of an absolute path, as VS Code spells it. Backslashes are separators only after a drive.
[[nodiscard]] std::string uri_of_path(std::string_view path);

}  // namespace protocol
