#include "protocol/code_action.h"

#include <algorithm>

#include "protocol/json_fields.h"

namespace protocol {

bool wants_kind(const CodeActionParams& params, const std::string& kind) {
  if (!params.only) return true;
  return std::ranges::any_of(*params.only, [&](const std::string& wanted) {
    return wanted.empty() || kind == wanted || kind.starts_with(wanted + ".");
  });
}

void from_json(const Json& json, CodeActionParams& params) {
  params.uri = required<std::string>(json.at("textDocument"), "uri");
  params.range = required<Range>(json, "range");
  if (const Json& context = member_at(json, {"context"}); context.is_object()) {
    params.only = optional<std::vector<std::string>>(context, "only");
    for (const Json& diagnostic : member_at(context, {"diagnostics"})) {
      if (auto range = optional<Range>(diagnostic, "range")) params.diagnostics.push_back(*range);
    }
    constexpr int automatic = 2;
    params.is_automatic = optional<int>(context, "triggerKind") == automatic;
  }
}

void from_json(const Json& json, ResolveParams& params) {
  params.action = json;
  const Json& data = member_at(json, {"data"});
  if (!data.is_object()) return;
  params.uri = required<std::string>(data, "uri");
  params.revision = required<std::uint64_t>(data, "revision");
}

void to_json(Json& json, const CodeAction& action) {
  json = {{"title", action.title}, {"kind", action.kind}};
  if (!action.diagnostics.empty()) json["diagnostics"] = action.diagnostics;
  if (!action.disabled_reason.empty()) {
    json["disabled"] = {{"reason", action.disabled_reason}};
    return;
  }
  // Emacs takes `false` for true.
  if (action.is_preferred) json["isPreferred"] = true;
  if (action.command) {
    json["command"] = *action.command;
  } else if (action.edit) {
    json["edit"] = *action.edit;
  }
  if (!action.data.is_null()) json["data"] = action.data;
}

}  // namespace protocol
