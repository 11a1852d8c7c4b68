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
  /// Gets errors in place of `Receive`.
  using Refuse = std::function<void(const protocol::Error& error)>;

  void notify(std::string_view method, protocol::Json params);
  /// A whole notification, not framed yet.
  void notify(std::string_view body);
  /// Without `receive`, nothing depends on the answer. A client may never give it: of too many answers that are waited
  /// for, the first is given up, and refused.
  void request(std::string_view method, protocol::Json params, Receive receive = {}, Refuse refuse = {});
  /// An answer has come.
  void answered(const protocol::Response& response);
  void respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result);

  /// For what the user ought to know. The client shows it in a log, without interrupting.
  void log_message(protocol::MessageType type, std::string message);
  /// For what the user asked for. The client shows it at once.
  void show_message(protocol::MessageType type, std::string message);

  /// How much of the conversation the client wants to be told of.
  void set_trace(protocol::TraceValue trace) { trace_ = trace; }
  [[nodiscard]] bool is_traced() const { return trace_ != protocol::TraceValue::off; }
  /// Tells it; `details` are for verbose traces. Nothing happens when there is no trace.
  void trace(std::string_view message, const protocol::Json& details);

  /// The answers that are waited for.
  [[nodiscard]] std::size_t open_requests() const { return receivers_.size(); }

 private:
  struct Receiver {
    Receive receive;
    Refuse refuse;  // may be empty
  };

  static void refuse(const Receiver& receiver, const protocol::Error& error);

  StdoutWriter& writer_;
  std::int64_t last_id_ = 0;
  std::map<std::int64_t, Receiver> receivers_;  // by id
  protocol::TraceValue trace_ = protocol::TraceValue::off;
};

}  // namespace server
