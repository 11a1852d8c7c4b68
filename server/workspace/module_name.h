// The dotted name under which Python would import a file.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

namespace server {

/// The names of many files: asks the disk about each folder once. For one thread.
class ModuleNames {
 public:
  /// As `module_name`.
  [[nodiscard]] std::string of(const std::filesystem::path& file);

 private:
  const std::string& package_of(const std::filesystem::path& folder);

  std::unordered_map<std::string, std::string> packages_;  // folder → its name; empty: not a package
};

/// Walks up while the folder holds an `__init__.py`: `…/shop/codecs.py` is `shop.codecs`, `…/shop/__init__.py` is
/// `shop`. The file itself need not exist. The stem of the file when it lies in no package.
[[nodiscard]] std::string module_name(const std::filesystem::path& file);

}  // namespace server
