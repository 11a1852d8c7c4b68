// Files and folders that the user makes, renames or deletes in the client.
#pragma once

#include <string>
#include <vector>

#include "protocol/json.h"

namespace protocol {

/// Params of `workspace/didCreateFiles`, `didRenameFiles` and `didDeleteFiles`: the URIs before and after, as many as
/// there are.
struct FileOperationParams {
  std::vector<std::string> uris;
};

void from_json(const Json& json, FileOperationParams& params);

}  // namespace protocol
