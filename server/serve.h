// The language server: reads messages from one file descriptor, writes messages to another.
#pragma once

#include <chrono>
#include <optional>

#include "server/log.h"
#include "server/scheduling/analysis.h"

namespace server {

struct ServeOptions {
  std::optional<int> client_process_id = {};  // the server ends when this process does; `initialize` may name another
  std::chrono::milliseconds debounce{50};     // pause in typing before an analysis; the client may set another
  std::chrono::milliseconds process_watch{3000};  // how often to look whether those processes live
  unsigned workers = 0;                           // threads that analyse; 0: as many as the machine has cores
  Analysis analysis = {};
};

/// Runs the server until `exit`, the end of input, SIGTERM, or the end of the client's process. Only protocol is
/// written to `output`. Neither descriptor is closed. The exit code of the process: 0 after `shutdown` or SIGTERM,
/// otherwise 1.
[[nodiscard]] int serve(int input, int output, Log& log, const ServeOptions& options = {});

}  // namespace server
