// Code actions: repairs that the user may choose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/basic_types.h"
#include "protocol/diagnostics.h"

namespace protocol {

inline constexpr const char* quick_fix_kind = "quickfix";
inline constexpr const char* refactor_kind = "refactor";
inline constexpr const char* rewrite_kind = "refactor.rewrite";
inline constexpr const char* fix_all_kind = "source.fixAll.threadlint";

struct CodeActionParams {
  std::string uri;
  Range range;
  std::optional<std::vector<std::string>> only;  // kinds that the client wants; nothing: all
  std::vector<Range> diagnostics;                // where the client says that something was found
  bool is_automatic = false;                     // asked by the editor, as when the cursor moves, not by its user
};

struct CodeAction {
  std::string title;
  std::string kind;
  std::vector<Diagnostic> diagnostics;  // empty: not sent
  bool is_preferred = false;
  std::string disabled_reason;        // empty: the action can be chosen
  std::optional<WorkspaceEdit> edit;  // not sent when disabled or when there is a command
  std::optional<Command> command = {};
  Json data = {};  // comes back when the client asks for the missing edit; null: not sent
};

/// An action of ours that the client has chosen, and that may lack its edit.
struct ResolveParams {
  Json action;
  std::optional<std::string> uri;  // of its data: the document that it is about; nothing if there is no such data
  std::uint64_t revision = 0;      // and the server's number of the text
};

/// Whether the client wants actions of `kind`: `refactor` in `only` stands for `refactor.rewrite` too.
[[nodiscard]] bool wants_kind(const CodeActionParams& params, const std::string& kind);

void from_json(const Json& json, CodeActionParams& params);
void from_json(const Json& json, ResolveParams& params);
void to_json(Json& json, const CodeAction& action);

}  // namespace protocol
