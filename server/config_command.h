// `threadlint config`: the settings in force and where each comes from, or what there is to set.
#pragma once

#include <cstdint>
#include <string>

#include "server/settings_options.h"

namespace server {

enum class ConfigFormat : std::uint8_t { in_force, schema, markdown };

struct ConfigOptions {
  std::string path = ".";
  ConfigFormat format = ConfigFormat::in_force;
  SettingsOptions settings;
};

/// The table of settings in README.md.
[[nodiscard]] std::string settings_as_markdown();
/// A JSON schema of `threadlint.toml`, of `[tool.threadlint]` and of what editors send.
[[nodiscard]] std::string settings_schema();

/// Writes to standard output. Exit codes: 0, or 2 when settings are wrong.
[[nodiscard]] int print_config(const ConfigOptions& options);

}  // namespace server
