#include "server/workspace/canonical_path.h"

#include <filesystem>
#include <system_error>

#include "protocol/uri.h"

namespace server {

namespace fs = std::filesystem;

std::string canonical_path(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) return path;
  const fs::path canonical = fs::weakly_canonical(absolute, error);
  return (error ? absolute.lexically_normal() : canonical).string();
}

std::string file_of_uri(const std::string& uri) {
  const auto path = protocol::path_of_uri(uri);
  return path ? canonical_path(*path) : uri;
}

}  // namespace server
