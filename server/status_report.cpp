#include "server/status_report.h"

#include <utility>

namespace server {

void StatusReport::enable() {
  is_enabled_ = true;
  send(state_, {});
}

void StatusReport::working() {
  if (std::exchange(state_, protocol::ServerState::busy) != protocol::ServerState::busy) send(state_, {});
}

void StatusReport::idle() {
  if (state_ != protocol::ServerState::busy) return;
  state_ = protocol::ServerState::idle;
  send(state_, {});
}

void StatusReport::trouble(std::string message) {
  state_ = protocol::ServerState::error;
  send(state_, std::move(message));
}

void StatusReport::send(protocol::ServerState state, std::string message) {
  if (!is_enabled_) return;
  client_.notify("threadlint/status", protocol::StatusParams{.state = state,
                                                             .message = std::move(message),
                                                             .files = workspace_.project()->modules().size(),
                                                             .findings = scheduler_.finding_count()});
}

}  // namespace server
