#include "server/transport/client.h"

#include <utility>

#include "protocol/framing.h"

namespace server {

void Client::notify(std::string_view method, protocol::Json params) {
  writer_.write(protocol::frame(protocol::notification_body(method, std::move(params))));
}

void Client::request(std::string_view method, protocol::Json params) {
  writer_.write(protocol::frame(protocol::request_body(++last_id_, method, std::move(params))));
}

void Client::respond(const protocol::Json& id, const protocol::Result<protocol::Json>& result) {
  writer_.write(protocol::frame(protocol::response_body(id, result)));
}

void Client::log_message(protocol::MessageType type, std::string message) {
  notify("window/logMessage", protocol::LogMessageParams{type, std::move(message)});
}

}  // namespace server
