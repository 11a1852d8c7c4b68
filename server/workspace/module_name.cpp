#include "server/workspace/module_name.h"

#include <system_error>

namespace server {

std::string module_name(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path place = std::filesystem::absolute(file, ignored).lexically_normal();
  std::filesystem::path folder = place.parent_path();
  std::string name = place.stem() == "__init__" ? "" : place.stem().string();

  while (folder.has_filename() && std::filesystem::exists(folder / "__init__.py", ignored)) {
    name = name.empty() ? folder.filename().string() : folder.filename().string() + "." + name;
    folder = folder.parent_path();
  }
  // An `__init__.py` that is not on the disk yet has no package to be named after.
  return name.empty() ? place.stem().string() : name;
}

}  // namespace server
