// The other side of the connection, to talk to.
#pragma once

#include <functional>
#include <map>
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

  /// What the client answers; errors are logged elsewhere, and the result is null then.
  using Receive = std::function<void(const protocol::Json& result)>;

  void notify(std::string_view method, protocol::Json params);
  /// Without `receive`, nothing depends on the answer. A client may never give it.
  void request(std::string_view method, protocol::Json params, Receive receive = {});
  /// An answer has come.
  void answered(const protocol::Response& response);
  void respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result);

  /// For what the user ought to know. The client shows it in a log, without interrupting.
  void log_message(protocol::MessageType type, std::string message);
  /// For what the user asked for. The client shows it at once.
  void show_message(protocol::MessageType type, std::string message);

 private:
  StdoutWriter& writer_;
  int last_id_ = 0;
  std::map<int, Receive> receivers_;  // by id
};

}  // namespace server
