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

/// Params of `window/showDocument`: the client opens it.
struct ShowDocumentParams {
  std::string uri;
};

void to_json(Json& json, const MessageParams& params);
void to_json(Json& json, const ShowDocumentParams& params);

}  // namespace protocol
