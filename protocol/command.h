// Commands that the client sends back to the server, how far they are, and the edits that they end in.
#pragma once

#include <optional>
#include <string>

#include "protocol/basic_types.h"

namespace protocol {

struct ExecuteCommandParams {
  std::string command;
  Json arguments = Json::array();
  Json progress_token;  // under which the client wants to hear how far it is; null: it has none
};

/// Params of `workspace/applyEdit`.
struct ApplyEditParams {
  std::string label;  // for the client's list of what can be undone
  WorkspaceEdit edit;
};

/// Its answer.
struct ApplyEditResult {
  bool applied = false;
  std::string failure_reason;  // empty: the client gives none
};

/// Params of `$/progress`: work that begins or ends.
struct ProgressParams {
  Json token;
  bool begins = true;
  std::string title;  // of work that begins; it can be cancelled
  std::string message;
  std::optional<int> percentage = {};  // of work that begins and tells later how far it is
};

/// Params of `$/progress`: work that goes on.
struct ProgressReportParams {
  Json token;
  std::string message;
  int percentage = 0;
};

/// The text that the first argument, an object, has under `name`; empty if there is none.
[[nodiscard]] std::string text_of_argument(const ExecuteCommandParams& params, const char* name);

void from_json(const Json& json, ExecuteCommandParams& params);
void from_json(const Json& json, ApplyEditResult& result);
void to_json(Json& json, const ApplyEditParams& params);
void to_json(Json& json, const ProgressParams& params);
void to_json(Json& json, const ProgressReportParams& params);

}  // namespace protocol
