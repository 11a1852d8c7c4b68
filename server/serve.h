// The language server: reads messages from one file descriptor, writes messages to another.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "server/log.h"
#include "server/scheduling/analysis.h"

namespace server {

struct ServeOptions {
  std::optional<int> client_process_id = {};  // the server ends when this process does; `initialize` may name another
  std::chrono::milliseconds debounce{50};     // pause in typing before an analysis; the client may set another
  std::chrono::milliseconds process_watch{3000};        // how often to look whether those processes live
  std::chrono::milliseconds configuration_limit{2000};  // how long the client's first settings are waited for
  std::chrono::milliseconds progress_delay{500};        // work that takes longer is shown to the user
  std::chrono::milliseconds watch_pause{50};            // after a change of files, for others that follow
  std::size_t most_watched_folders = 50'000;            // where the client does not watch
  unsigned workers = 0;                                 // threads that analyse; 0: as many as the machine has cores
  Analysis analysis = {};
  std::string cache_file = {};  // where facts of files are kept from one run to the next; empty: nowhere
};

/// Runs the server until `exit`, the end of input, SIGTERM, or the end of the client's process. Only protocol is
/// written to `output`. Neither descriptor is closed. The exit code of the process: 0 after `shutdown` or SIGTERM,
/// otherwise 1.
[[nodiscard]] int serve(int input, int output, Log& log, const ServeOptions& options = {});

}  // namespace server
