#include "server/clean_command.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "server/check/summary.h"

namespace server {

int clean(const CleanOptions& options) {
  namespace fs = std::filesystem;
  const std::string folder = cache_folder(options.cache);
  std::uintmax_t freed = 0;
  int code = 0;
  for (const std::string& file : cache_files(folder)) {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(file, failed);
    if (fs::remove(file, failed)) freed += size;
    if (!failed) continue;
    fmt::print(stderr, "error: {}: {}\n", file, failed.message());
    code = 2;
  }
  // What else is in it is not ours.
  std::error_code is_not_empty;
  if (!folder.empty()) fs::remove(folder, is_not_empty);
  if (freed == 0) {
    fmt::print("nothing is kept{}\n", folder.empty() ? "" : " in " + folder);
  } else {
    fmt::print("removed {:.1f} MB from {}\n", static_cast<double>(freed) / 1e6, folder);
  }
  return code;
}

}  // namespace server
