#include "server/workspace/module_name.h"

#include <system_error>

namespace server {

std::string ModuleNames::of(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path place = std::filesystem::absolute(file, ignored).lexically_normal();
  const std::string& package = package_of(place.parent_path());
  std::string stem = place.stem().string();
  // An `__init__.py` that is not on the disk yet has no package to be named after.
  if (package.empty()) return stem;
  return stem == "__init__" ? package : package + "." + stem;
}

const std::string& ModuleNames::package_of(const std::filesystem::path& folder) {
  const auto [known, is_new] = packages_.try_emplace(folder.string());
  std::string& package = known->second;  // stays where it is when others are added
  std::error_code ignored;
  if (is_new && folder.has_filename() && std::filesystem::exists(folder / "__init__.py", ignored)) {
    const std::string& outer = package_of(folder.parent_path());
    package = outer.empty() ? folder.filename().string() : outer + "." + folder.filename().string();
  }
  return package;
}

std::string module_name(const std::filesystem::path& file) { return ModuleNames().of(file); }

}  // namespace server
