#include "server/transport/client.h"

#include <utility>

#include "protocol/framing.h"

namespace server {
namespace {

constexpr std::size_t most_open_requests = 100;

// Texts of whole documents would only hide the rest of a trace.
constexpr std::size_t most_details = 2000;

}  // namespace

void Client::notify(std::string_view method, protocol::Json params) {
  notify(protocol::notification_body(method, std::move(params)));
}

void Client::notify(std::string_view body) { writer_.write(protocol::frame(body)); }

void Client::request(std::string_view method, protocol::Json params, Receive receive, Refuse refuse) {
  writer_.write(protocol::frame(protocol::request_body(++last_id_, method, std::move(params))));
  if (!receive) return;
  receivers_.emplace(last_id_, Receiver{std::move(receive), std::move(refuse)});
  if (receivers_.size() <= most_open_requests) return;
  const auto oldest = receivers_.extract(receivers_.begin());
  Client::refuse(oldest.mapped(), {protocol::ErrorCode::request_cancelled, "the client does not answer"});
}

void Client::answered(const protocol::Response& response) {
  if (!response.id.is_number_integer()) return;
  const auto found = receivers_.extract(response.id.get<std::int64_t>());
  if (!found) return;
  if (!response.result) return refuse(found.mapped(), response.result.error());
  found.mapped().receive(*response.result);
}

void Client::refuse(const Receiver& receiver, const protocol::Error& error) {
  if (receiver.refuse) return receiver.refuse(error);
  receiver.receive(nullptr);
}

void Client::respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result) {
  const std::string body = protocol::response_body(id, result);
  writer_.write(protocol::frame(body));
  if (!is_traced()) return;
  trace((result ? "answered (" : "refused (") + protocol::serialize(id) + ")", result ? *result : protocol::Json());
}

void Client::log_message(protocol::MessageType type, std::string message) {
  notify("window/logMessage", protocol::MessageParams{type, std::move(message)});
}

void Client::show_message(protocol::MessageType type, std::string message) {
  notify("window/showMessage", protocol::MessageParams{type, std::move(message)});
}

void Client::trace(std::string_view message, const protocol::Json& details) {
  if (!is_traced()) return;
  protocol::LogTraceParams params{std::string(message), {}};
  if (trace_ == protocol::TraceValue::verbose) {
    params.verbose = protocol::serialize(details);
    if (most_details < params.verbose.size()) params.verbose = params.verbose.substr(0, most_details) + "…";
  }
  notify("$/logTrace", params);
}

}  // namespace server
