// Messages that the client shows or keeps for its user.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/json.h"

namespace protocol {

enum class MessageType : std::uint8_t { error = 1, warning = 2, info = 3, log = 4 };

/// Params of `window/logMessage` and of `window/showMessage`.
struct MessageParams {
  MessageType type = MessageType::log;
  std::string message;
};

/// How much of the conversation the client wants to be told of.
enum class TraceValue : std::uint8_t { off, messages, verbose };

/// `off` for anything else than the names of the others.
[[nodiscard]] TraceValue trace_value_named(const Json& name);

struct SetTraceParams {
  TraceValue value = TraceValue::off;
};

/// Params of `$/logTrace`.
struct LogTraceParams {
  std::string message;
  std::string verbose;  // empty: not sent
};

/// Params of `window/showDocument`: the client opens it.
struct ShowDocumentParams {
  std::string uri;
};

void from_json(const Json& json, SetTraceParams& params);
void to_json(Json& json, const MessageParams& params);
void to_json(Json& json, const LogTraceParams& params);
void to_json(Json& json, const ShowDocumentParams& params);

}  // namespace protocol
