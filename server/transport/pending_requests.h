// Requests whose answer takes longer than the handler: they wait for a worker, and can be cancelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>

#include "server/transport/reply.h"

namespace server {

/// Main thread only.
class PendingRequests {
 public:
  /// Names a request; ids will not do, since clients may use them again.
  using Number = std::uint64_t;

  [[nodiscard]] Number add(Reply reply);

  [[nodiscard]] std::size_t size() const { return requests_.size(); }
  [[nodiscard]] bool contains(Number request) const { return requests_.contains(request); }

  /// For the worker. The request is pending.
  [[nodiscard]] std::stop_token stop_token(Number request) const;

  /// Nothing happens if the request was cancelled meanwhile.
  void answer(Number request, protocol::Json result);
  void fail(Number request, protocol::ErrorCode code, std::string message);

  /// Answers "cancelled" to the request, if it is pending.
  void cancel(Number request);
  /// Ids are the client's.
  void cancel_id(const protocol::Json& id);
  void cancel_all();

 private:
  struct Pending {
    Reply reply;
    std::stop_source stop;
  };

  static void refuse(Pending& request);

  std::map<Number, Pending> requests_;
  Number last_ = 0;
};

}  // namespace server
