#include "server/dispatcher.h"

#include <fmt/format.h>

#include "server/handlers/notebook_cells.h"

namespace server {
namespace {

/// Why a request can not be handled in this phase.
std::optional<protocol::Error> refusal(Phase phase, const std::string& method) {
  using protocol::ErrorCode;
  const bool is_initialize = method == "initialize";
  if (phase == Phase::shut_down) return protocol::Error{ErrorCode::invalid_request, "the server is shut down"};
  if (phase == Phase::uninitialized && !is_initialize) {
    return protocol::Error{ErrorCode::server_not_initialized, "the server is not initialized"};
  }
  if (phase == Phase::running && is_initialize) {
    return protocol::Error{ErrorCode::invalid_request, "the server is initialized already"};
  }
  return {};
}

}  // namespace

void Dispatcher::dispatch(protocol::Message message) {
  if (auto* request = std::get_if<protocol::Request>(&message)) return dispatch_request(std::move(*request));
  if (const auto* notification = std::get_if<protocol::Notification>(&message))
    return dispatch_notification(*notification);
  const auto& response = std::get<protocol::Response>(message);
  if (!response.result) session_.log.warn("the client refused a request: {}", response.result.error().message);
  try {
    session_.client.answered(response);
  } catch (const std::exception& error) {
    session_.log.error("an answer was not understood: {}", error.what());
  }
}

void Dispatcher::dispatch_request(protocol::Request request) {
  if (session_.client.is_traced()) {
    session_.client.trace(fmt::format("request `{}` ({})", request.method, protocol::serialize(request.id)),
                          request.params);
  }
  Reply reply(session_.client, std::move(request.id));
  if (const std::optional<protocol::Error> why = refusal(session_.phase, request.method)) {
    session_.log.warn("`{}` refused: {}", request.method, why->message);
    return reply.fail(why->code, why->message);
  }
  const auto handler = requests_.find(request.method);
  if (handler == requests_.end()) {
    session_.log.debug("unknown request `{}`", request.method);
    return reply.fail(protocol::ErrorCode::method_not_found, fmt::format("unknown method `{}`", request.method));
  }
  if (is_switched_off(session_.features, request.method)) return reply.send(nullptr);
  try {
    // Diagnostics of notebooks are never pulled.
    if (request.method != "textDocument/diagnostic") adapt_to_notebooks(session_, request.params, reply);
    handler->second(session_, request.params, std::move(reply));
  } catch (const std::exception& error) {
    session_.log.error("`{}` failed: {}", request.method, error.what());
  }
}

void Dispatcher::dispatch_notification(const protocol::Notification& notification) {
  if (session_.client.is_traced()) {
    session_.client.trace(fmt::format("notification `{}`", notification.method), notification.params);
  }
  const bool is_heard = session_.phase == Phase::running || notification.method == "exit";
  const auto handler = notifications_.find(notification.method);
  if (!is_heard || handler == notifications_.end()) return session_.log.debug("`{}` ignored", notification.method);
  try {
    if (const auto problem = handler->second(session_, notification.params)) {
      session_.log.error("`{}` ignored: {}", notification.method, problem->message);
    }
  } catch (const std::exception& error) {
    session_.log.error("`{}` failed: {}", notification.method, error.what());
  }
}

}  // namespace server
