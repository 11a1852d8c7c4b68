// The three shapes of JSON-RPC messages.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/json.h"

namespace protocol {

/// `id` is any JSON scalar and is sent back as it came.
struct Request {
  Json id;
  std::string method;
  Json params;  // null when there are none
};

struct Notification {
  std::string method;
  Json params;  // null when there are none
};

/// What the other side answers to a request of ours.
struct Response {
  Json id;
  Result<Json> result;
};

using Message = std::variant<Request, Notification, Response>;

/// Why something is no message, and the id to answer with: null if it has none.
struct Rejection {
  Error error;
  Json id;
};

[[nodiscard]] tl::expected<Message, Rejection> parse_message(std::string_view body);

/// Bodies of messages, to be framed. Null params are left out.
[[nodiscard]] std::string notification_body(std::string_view method, Json params);
/// The params are JSON already, in pieces.
[[nodiscard]] std::string notification_text(std::string_view method, std::initializer_list<std::string_view> params);
[[nodiscard]] std::string request_body(const Json& id, std::string_view method, Json params);
[[nodiscard]] std::string response_body(const Json& id, const Result<Json>& result);

}  // namespace protocol
