#include "protocol/window.h"

namespace protocol {

void to_json(Json& json, const LogMessageParams& params) {
  json = {{"type", static_cast<int>(params.type)}, {"message", params.message}};
}

}  // namespace protocol
