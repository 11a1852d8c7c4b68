#include "protocol/command.h"

#include "protocol/json_fields.h"

namespace protocol {

std::string text_of_argument(const ExecuteCommandParams& params, const char* name) {
  if (params.arguments.empty()) return {};
  const Json& text = member_at(params.arguments.front(), {name});
  return text.is_string() ? text.get<std::string>() : std::string();
}

void from_json(const Json& json, ExecuteCommandParams& params) {
  params.command = required<std::string>(json, "command");
  if (const Json& arguments = member_at(json, {"arguments"}); arguments.is_array()) params.arguments = arguments;
  params.progress_token = member_at(json, {"workDoneToken"});
}

void from_json(const Json& json, ApplyEditResult& result) {
  result.applied = is_set(json, {"applied"});
  if (const Json& reason = member_at(json, {"failureReason"}); reason.is_string()) result.failure_reason = reason;
}

void to_json(Json& json, const ApplyEditParams& params) { json = {{"label", params.label}, {"edit", params.edit}}; }

void to_json(Json& json, const ProgressParams& params) {
  Json value = {{"kind", params.begins ? "begin" : "end"}, {"message", params.message}};
  if (params.begins) {
    value["title"] = params.title;
    value["cancellable"] = true;
  }
  if (params.percentage) value["percentage"] = *params.percentage;
  json = {{"token", params.token}, {"value", std::move(value)}};
}

void to_json(Json& json, const ProgressReportParams& params) {
  const Json value = {{"kind", "report"}, {"message", params.message}, {"percentage", params.percentage}};
  json = {{"token", params.token}, {"value", value}};
}

}  // namespace protocol
