// The answer to one request: given exactly once, whatever the handler does.
#pragma once

#include <functional>
#include <utility>

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

  /// What is sent of results in place of them.
  void set_finish(std::function<protocol::Json(protocol::Json result)> finish) { finish_ = std::move(finish); }

  void send(protocol::Json result);
  void fail(protocol::ErrorCode code, std::string message);

 private:
  Client* client_;  // null once answered
  protocol::Json id_;
  std::function<protocol::Json(protocol::Json result)> finish_;  // empty: nothing is to be done
};

}  // namespace server
