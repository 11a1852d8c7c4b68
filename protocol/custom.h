// Messages of our own, for clients that know threadlint: what LSP has no words for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "protocol/json.h"

namespace protocol {

/// Params of `threadlint/review`.
struct ReviewParams {
  std::string format = "markdown";
};

/// Params of `threadlint/explain`.
struct ExplainParams {
  std::string rule;
};

enum class ServerState : std::uint8_t { busy, idle, error };

/// Params of `threadlint/status`, which the server sends.
struct StatusParams {
  ServerState state = ServerState::idle;
  std::string message;
  std::size_t files = 0;     // of the project
  std::size_t findings = 0;  // in open documents
};

void from_json(const Json& json, ReviewParams& params);
void from_json(const Json& json, ExplainParams& params);
void to_json(Json& json, const StatusParams& params);

}  // namespace protocol
