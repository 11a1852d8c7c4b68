#include "server/transport/client.h"

#include <utility>

#include "protocol/framing.h"

namespace server {

void Client::notify(std::string_view method, protocol::Json params) {
  writer_.write(protocol::frame(protocol::notification_body(method, std::move(params))));
}

void Client::request(std::string_view method, protocol::Json params, Receive receive) {
  writer_.write(protocol::frame(protocol::request_body(++last_id_, method, std::move(params))));
  if (receive) receivers_.emplace(last_id_, std::move(receive));
}

void Client::answered(const protocol::Response& response) {
  if (!response.id.is_number_integer()) return;
  if (const auto found = receivers_.extract(response.id.get<int>())) {
    found.mapped()(response.result ? *response.result : protocol::Json());
  }
}

void Client::respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result) {
  writer_.write(protocol::frame(protocol::response_body(id, result)));
}

void Client::log_message(protocol::MessageType type, std::string message) {
  notify("window/logMessage", protocol::MessageParams{type, std::move(message)});
}

void Client::show_message(protocol::MessageType type, std::string message) {
  notify("window/showMessage", protocol::MessageParams{type, std::move(message)});
}

}  // namespace server
