// The answer to one request: given exactly once, whatever the handler does.
#pragma once

#include "server/transport/client.h"

namespace server {

/// Destroyed unanswered, as when its handler throws, it answers with an internal error. Main thread only.
class Reply {
 public:
  Reply(Client& client, protocol::Json id);
  Reply(Reply&& other) noexcept;
  Reply& operator=(Reply&& other) = delete;
  ~Reply();

  [[nodiscard]] const protocol::Json& id() const { return id_; }

  void send(protocol::Json result);
  void fail(protocol::ErrorCode code, std::string message);

 private:
  Client* client_;  // null once answered
  protocol::Json id_;
};

}  // namespace server
