// Method name → typed handler: parses params, answers what no handler is for, survives what handlers throw.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "server/session.h"
#include "server/transport/reply.h"

namespace server {

/// Main thread only.
class Dispatcher {
 public:
  explicit Dispatcher(Session& session) : session_(session) {}

  template <class Params>
  void on_request(std::string method, void (*handler)(Session&, const Params&, Reply)) {
    requests_[std::move(method)] = [handler](Session& session, const protocol::Json& json, Reply reply) {
      const protocol::Result<Params> params = parse<Params>(json);
      if (!params) return reply.fail(params.error().code, params.error().message);
      handler(session, *params, std::move(reply));
    };
  }

  template <class Params>
  void on_notification(std::string method, void (*handler)(Session&, const Params&)) {
    notifications_[std::move(method)] = [handler](Session& session,
                                                  const protocol::Json& json) -> std::optional<protocol::Error> {
      const protocol::Result<Params> params = parse<Params>(json);
      if (!params) return params.error();
      handler(session, *params);
      return {};
    };
  }

  /// Every request gets exactly one answer, now or later.
  void dispatch(protocol::Message message);

 private:
  template <class Params>
  static protocol::Result<Params> parse(const protocol::Json& json) {
    try {
      return json.get<Params>();
    } catch (const protocol::Json::exception& error) {
      return tl::unexpected(protocol::Error{protocol::ErrorCode::invalid_params, error.what()});
    }
  }

  void dispatch_request(protocol::Request request);
  void dispatch_notification(const protocol::Notification& notification);

  Session& session_;
  std::map<std::string, std::function<void(Session&, const protocol::Json&, Reply)>> requests_;
  std::map<std::string, std::function<std::optional<protocol::Error>(Session&, const protocol::Json&)>> notifications_;
};

}  // namespace server
