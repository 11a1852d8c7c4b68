// Code actions: repairs that the user may choose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/basic_types.h"
#include "protocol/diagnostics.h"

namespace protocol {

inline constexpr const char* quick_fix_kind = "quickfix";
inline constexpr const char* refactor_kind = "refactor";

struct CodeActionParams {
  std::string uri;
  Range range;
  std::optional<std::vector<std::string>> only;  // kinds that the client wants; nothing: all
};

struct CodeAction {
  std::string title;
  std::string kind;
  std::vector<Diagnostic> diagnostics;
  bool is_preferred = false;
  std::string disabled_reason;  // empty: the action can be chosen
  WorkspaceEdit edit;           // not sent when disabled or when there is a command
  std::optional<Command> command = {};
};

/// Whether the client wants actions of `kind`: `refactor` in `only` stands for `refactor.extract` too.
[[nodiscard]] bool wants_kind(const CodeActionParams& params, const std::string& kind);

void from_json(const Json& json, CodeActionParams& params);
void to_json(Json& json, const CodeAction& action);

}  // namespace protocol
