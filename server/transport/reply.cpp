#include "server/transport/reply.h"

#include <cassert>
#include <utility>

namespace server {

Reply::Reply(Client& client, protocol::Json id) : client_(&client), id_(std::move(id)) {}

Reply::Reply(Reply&& other) noexcept
    : client_(std::exchange(other.client_, nullptr)), id_(std::move(other.id_)), finish_(std::move(other.finish_)) {}

Reply::~Reply() {
  if (client_ != nullptr) fail(protocol::ErrorCode::internal_error, "the request was dropped");
}

void Reply::send(protocol::Json result) {
  assert(client_ != nullptr && "a request is answered once");
  if (finish_) result = finish_(std::move(result));
  std::exchange(client_, nullptr)->respond(id_, std::move(result));
}

void Reply::fail(protocol::ErrorCode code, std::string message) {
  assert(client_ != nullptr && "a request is answered once");
  std::exchange(client_, nullptr)->respond(id_, tl::unexpected(protocol::Error{code, std::move(message)}));
}

}  // namespace server
