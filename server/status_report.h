// Tells clients that show it whether the server works, is done, or is in trouble.
#pragma once

#include "protocol/custom.h"
#include "server/scheduling/diagnostics_scheduler.h"
#include "server/transport/client.h"

namespace server {

/// Main thread only.
class StatusReport {
 public:
  StatusReport(Client& client, const Workspace& workspace, const DiagnosticsScheduler& scheduler)
      : client_(client), workspace_(workspace), scheduler_(scheduler) {}

  /// The client wants it; before, nothing is sent.
  void enable();

  /// There may be something to do, or nothing more.
  void working();
  void idle();
  /// Something that the user has to mend. Stands until there is work again.
  void trouble(std::string message);

 private:
  void send(protocol::ServerState state, std::string message);

  Client& client_;
  const Workspace& workspace_;
  const DiagnosticsScheduler& scheduler_;
  bool is_enabled_ = false;
  protocol::ServerState state_ = protocol::ServerState::idle;
};

}  // namespace server
