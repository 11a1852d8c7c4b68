// The other side of the connection, to talk to.
#pragma once

#include <string>
#include <string_view>

#include "protocol/message.h"
#include "protocol/window.h"
#include "server/transport/stdout_writer.h"

namespace server {

/// Main thread only.
class Client {
 public:
  explicit Client(StdoutWriter& writer) : writer_(writer) {}

  void notify(std::string_view method, protocol::Json params);
  /// What the client answers is ignored.
  void request(std::string_view method, protocol::Json params);
  void respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result);

  /// For what the user ought to know. The client shows it in a log, without interrupting.
  void log_message(protocol::MessageType type, std::string message);

 private:
  StdoutWriter& writer_;
  int last_id_ = 0;
};

}  // namespace server
