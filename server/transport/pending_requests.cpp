#include "server/transport/pending_requests.h"

#include <utility>

namespace server {

PendingRequests::Number PendingRequests::add(Reply reply) {
  requests_.emplace(++last_, Pending{std::move(reply), {}});
  return last_;
}

std::stop_token PendingRequests::stop_token(Number request) const { return requests_.at(request).stop.get_token(); }

void PendingRequests::answer(Number request, protocol::Json result) {
  if (auto found = requests_.extract(request)) found.mapped().reply.send(std::move(result));
}

void PendingRequests::fail(Number request, protocol::ErrorCode code, std::string message) {
  if (auto found = requests_.extract(request)) found.mapped().reply.fail(code, std::move(message));
}

void PendingRequests::cancel(const protocol::Json& id) {
  for (auto request = requests_.begin(); request != requests_.end(); ++request) {
    if (request->second.reply.id() != id) continue;
    cancel(request->second);
    requests_.erase(request);
    return;
  }
}

void PendingRequests::cancel_all() {
  for (auto& [number, request] : requests_) cancel(request);
  requests_.clear();
}

void PendingRequests::cancel(Pending& request) {
  request.stop.request_stop();
  request.reply.fail(protocol::ErrorCode::request_cancelled, "the request was cancelled");
}

}  // namespace server
