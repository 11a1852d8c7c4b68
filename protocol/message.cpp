#include "protocol/message.h"

#include <utility>

namespace protocol {
namespace {

tl::unexpected<Rejection> rejected(ErrorCode code, std::string why, Json id = nullptr) {
  return tl::unexpected(Rejection{Error{code, std::move(why)}, std::move(id)});
}

Json taken(Json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? Json() : std::move(*member);
}

Result<Json> outcome(Json& response) {
  if (!response.contains("error")) return taken(response, "result");
  const Json& error = response["error"];
  if (!error.is_object()) return tl::unexpected(Error{ErrorCode::internal_error, serialize(error)});
  const auto message = error.find("message");
  return tl::unexpected(Error{ErrorCode::internal_error, message != error.end() && message->is_string()
                                                             ? message->get<std::string>()
                                                             : serialize(error)});
}

}  // namespace

tl::expected<Message, Rejection> parse_message(std::string_view body) {
  Result<Json> parsed = parse_json(body);
  if (!parsed) return rejected(parsed.error().code, parsed.error().message);
  Json& object = *parsed;
  if (object.is_array()) return rejected(ErrorCode::invalid_request, "batches are not supported");
  if (!object.is_object()) return rejected(ErrorCode::invalid_request, "a message is an object");

  const bool has_id = object.contains("id");
  Json id = taken(object, "id");
  if (id.is_structured()) return rejected(ErrorCode::invalid_request, "`id` is neither number nor string");
  const Json version = taken(object, "jsonrpc");
  if (version != "2.0") return rejected(ErrorCode::invalid_request, "`jsonrpc` is not \"2.0\"", std::move(id));

  if (!object.contains("method")) {
    if (!object.contains("result") && !object.contains("error")) {
      return rejected(ErrorCode::invalid_request, "a message without `method`", std::move(id));
    }
    return Response{std::move(id), outcome(object)};
  }
  const Json method = taken(object, "method");
  if (!method.is_string()) return rejected(ErrorCode::invalid_request, "`method` is not a string", std::move(id));
  Json params = taken(object, "params");
  if (!has_id) return Notification{method.get<std::string>(), std::move(params)};
  return Request{std::move(id), method.get<std::string>(), std::move(params)};
}

std::string notification_body(std::string_view method, Json params) {
  Json message = {{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  return serialize(message);
}

std::string notification_text(std::string_view method, std::initializer_list<std::string_view> params) {
  const std::string before = R"({"jsonrpc":"2.0","method":)" + serialize(method) + R"(,"params":)";
  std::size_t size = before.size() + 1;
  for (const std::string_view piece : params) size += piece.size();
  std::string body;
  body.reserve(size);
  body += before;
  for (const std::string_view piece : params) body += piece;
  return body += '}';
}

std::string request_body(const Json& id, std::string_view method, Json params) {
  Json message = {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  return serialize(message);
}

std::string response_body(const Json& id, const Result<Json>& result) {
  if (result) return serialize({{"jsonrpc", "2.0"}, {"id", id}, {"result", *result}});
  const Json error = {{"code", static_cast<int>(result.error().code)}, {"message", result.error().message}};
  return serialize({{"jsonrpc", "2.0"}, {"id", id}, {"error", error}});
}

}  // namespace protocol
