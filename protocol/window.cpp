#include "protocol/window.h"

namespace protocol {

void to_json(Json& json, const MessageParams& params) {
  json = {{"type", static_cast<int>(params.type)}, {"message", params.message}};
}

void to_json(Json& json, const ShowDocumentParams& params) { json = {{"uri", params.uri}, {"takeFocus", true}}; }

}  // namespace protocol
