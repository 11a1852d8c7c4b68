// The state of one connection: all that handlers may touch.
#pragma once

#include "server/scheduling/diagnostics_scheduler.h"  // first: it includes Boost, see there

#include "server/scheduling/project_scan.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "server/convert/to_protocol.h"
#include "server/log.h"
#include "server/process_watch.h"
#include "server/transport/client.h"
#include "server/transport/pending_requests.h"
#include "server/workspace/workspace.h"

namespace server {

enum class Phase : std::uint8_t { uninitialized, running, shut_down };

/// The inventory that belongs to one result of the analysis.
struct KnownInventory {
  /// Null when it could not be taken.
  using Receive = std::function<void(const analysis::Inventory* inventory)>;

  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::Inventory> inventory;  // null while a worker takes it
  std::vector<Receive> receivers = {};                   // that wait for the worker
};

/// Main thread only.
struct Session {
  Log& log;
  Client& client;
  JobPool& workers;
  JobPool& proofs;  // of one thread, which waits for interpreters
  Workspace& workspace;
  DiagnosticsScheduler& scheduler;
  ProjectScan& scan;
  ProcessWatch& process_watch;
  const Analysis& analysis;
  std::function<void()> exit;  // ends the main loop
  PendingRequests pending = {};
  Phase phase = Phase::uninitialized;
  Conversion conversion = {};
  bool is_trusted = false;  // code of the workspace may be run when the user asks for it
  std::string python = {};  // the interpreter that runs it
  std::map<std::string, PendingRequests::Number> proof_requests = {};  // that run, by their progress token as JSON
  std::map<std::string, std::shared_ptr<KnownInventory>> inventories =
      {};  // of open documents, by URI; the latest that was asked for
};

}  // namespace server
