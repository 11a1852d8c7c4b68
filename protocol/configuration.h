// Settings of the client: asked for, and told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"

namespace protocol {

struct ConfigurationItem {
  std::optional<std::string> scope_uri;  // a folder; nothing: what holds everywhere
  std::string section;
};

/// Params of `workspace/configuration`, which is answered by a list with as many elements.
struct ConfigurationParams {
  std::vector<ConfigurationItem> items;
};

/// Of clients that tell their settings rather than being asked; others send null or anything.
struct DidChangeConfigurationParams {
  Json settings;
};

/// Params of `client/registerCapability` that ask to be told when a section changes.
struct ConfigurationRegistration {
  std::string section;
};

void to_json(Json& json, const ConfigurationItem& item);
void to_json(Json& json, const ConfigurationParams& params);
void from_json(const Json& json, DidChangeConfigurationParams& params);
void to_json(Json& json, const ConfigurationRegistration& registration);

}  // namespace protocol
