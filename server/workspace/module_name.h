// The dotted name under which Python would import a file.
#pragma once

#include <filesystem>
#include <string>

namespace server {

/// Walks up while the folder holds an `__init__.py`: `…/shop/codecs.py` is `shop.codecs`, `…/shop/__init__.py` is
/// `shop`. The file itself need not exist. The stem of the file when it lies in no package.
[[nodiscard]] std::string module_name(const std::filesystem::path& file);

}  // namespace server
