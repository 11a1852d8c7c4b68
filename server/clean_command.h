// `threadlint clean`: removes what was kept from one run to the next.
#pragma once

#include <string>

#include "server/cache/cache_folder.h"

namespace server {

struct CleanOptions {
  CacheOptions cache;
};

/// Writes to standard output and standard error. The exit code of the process: 0 nothing is left, 2 something could not
/// be removed.
[[nodiscard]] int clean(const CleanOptions& options);

}  // namespace server
