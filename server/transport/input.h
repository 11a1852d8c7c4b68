// What can come from the client's side of the connection.
#pragma once

#include <variant>

#include "protocol/message.h"

namespace server {

/// The client closed its side, or reading failed.
struct EndOfInput {
  bool is_inside_message = false;
};

/// A rejection is for bytes that were no message: to be logged and answered.
using Input = std::variant<protocol::Message, protocol::Rejection, EndOfInput>;

}  // namespace server
