#include "protocol/file_operations.h"

#include "protocol/json_fields.h"

namespace protocol {

void from_json(const Json& json, FileOperationParams& params) {
  for (const Json& file : json.at("files")) {
    for (const char* name : {"uri", "oldUri", "newUri"}) {
      if (auto uri = optional<std::string>(file, name)) params.uris.push_back(*std::move(uri));
    }
  }
}

}  // namespace protocol
