#include "protocol/configuration.h"

#include "protocol/json_fields.h"

namespace protocol {

void to_json(Json& json, const ConfigurationItem& item) {
  json = {{"section", item.section}};
  if (item.scope_uri) json["scopeUri"] = *item.scope_uri;
}

void to_json(Json& json, const ConfigurationParams& params) { json = {{"items", params.items}}; }

void from_json(const Json& json, DidChangeConfigurationParams& params) {
  params.settings = member_at(json, {"settings"});
}

void to_json(Json& json, const ConfigurationRegistration& registration) {
  const Json one = {{"id", "threadlint-configuration"},
                    {"method", "workspace/didChangeConfiguration"},
                    {"registerOptions", {{"section", registration.section}}}};
  json = {{"registrations", Json::array({one})}};
}

}  // namespace protocol
