#include "server/transport/pending_requests.h"

#include <algorithm>
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

void PendingRequests::cancel(Number request) {
  if (auto found = requests_.extract(request)) refuse(found.mapped());
}

void PendingRequests::cancel_id(const protocol::Json& id) {
  const auto has_id = [&](const auto& entry) { return entry.second.reply.id() == id; };
  const auto found = std::ranges::find_if(requests_, has_id);
  if (found != requests_.end()) cancel(found->first);
}

void PendingRequests::cancel_all() {
  for (auto& [number, request] : requests_) refuse(request);
  requests_.clear();
}

void PendingRequests::refuse(Pending& request) {
  request.stop.request_stop();
  request.reply.fail(protocol::ErrorCode::request_cancelled, "the request was cancelled");
}

}  // namespace server
