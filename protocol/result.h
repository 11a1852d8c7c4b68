// What can go wrong when talking JSON-RPC, and the type of functions that can fail.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace protocol {

/// Numbers of JSON-RPC and LSP.
enum class ErrorCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  server_not_initialized = -32002,
  request_failed = -32803,  // as it should be asked, but it cannot be done
  content_modified = -32801,
  request_cancelled = -32800,
};

struct Error {
  ErrorCode code = ErrorCode::internal_error;
  std::string message;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace protocol
