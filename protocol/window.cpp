#include "protocol/window.h"

#include "protocol/json_fields.h"

namespace protocol {

TraceValue trace_value_named(const Json& name) {
  if (name == "messages") return TraceValue::messages;
  return name == "verbose" ? TraceValue::verbose : TraceValue::off;
}

void from_json(const Json& json, SetTraceParams& params) {
  params.value = trace_value_named(required<std::string>(json, "value"));
}

void to_json(Json& json, const MessageParams& params) {
  json = {{"type", static_cast<int>(params.type)}, {"message", params.message}};
}

void to_json(Json& json, const LogTraceParams& params) {
  json = {{"message", params.message}};
  if (!params.verbose.empty()) json["verbose"] = params.verbose;
}

void to_json(Json& json, const ShowDocumentParams& params) { json = {{"uri", params.uri}, {"takeFocus", true}}; }

}  // namespace protocol
