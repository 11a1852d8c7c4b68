#include "protocol/custom.h"

#include "protocol/json_fields.h"

namespace protocol {
namespace {

const char* word(ServerState state) {
  switch (state) {
    case ServerState::busy:
      return "busy";
    case ServerState::idle:
      return "idle";
    case ServerState::error:
      break;
  }
  return "error";
}

}  // namespace

void from_json(const Json& json, ReviewParams& params) {
  if (auto format = optional<std::string>(json, "format")) params.format = *std::move(format);
}

void from_json(const Json& json, ExplainParams& params) { params.rule = required<std::string>(json, "rule"); }

void to_json(Json& json, const StatusParams& params) {
  json = {{"state", word(params.state)},
          {"message", params.message},
          {"files", params.files},
          {"findings", params.findings}};
}

}  // namespace protocol
