// Where the program tells what it does: stderr or a file, never stdout.
#pragma once

#include <spdlog/logger.h>

namespace server {

/// May be used from all threads; whoever makes one gives it sinks for several threads.
using Log = spdlog::logger;

}  // namespace server
