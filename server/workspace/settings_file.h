// Settings files: `threadlint.toml`, `.threadlint.toml`, and `pyproject.toml` with a table `[tool.threadlint]`.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/workspace/settings_layer.h"

namespace server {

/// The strongest first, where several stand in one folder.
inline constexpr std::array<std::string_view, 3> settings_file_names{".threadlint.toml", "threadlint.toml",
                                                                     "pyproject.toml"};

struct SettingsFile {
  std::string path;
  std::string text;                            // UTF-8, as it was read last
  std::shared_ptr<const SettingsLayer> layer;  // the last one without problems; null: there was none
  std::vector<SettingsProblem> problems;       // of `text`
};

/// `folder` is absolute. Null when the text is that of a `pyproject.toml` which has no settings of ours. `previous`,
/// what was known of the file before, may be null.
[[nodiscard]] std::shared_ptr<const SettingsFile> parse_settings(const std::string& path, std::string text,
                                                                 const SettingsFile* previous = nullptr);

/// `parse_settings` of what the disk has. Null when there is no such file. One that can not be read has a problem.
[[nodiscard]] std::shared_ptr<const SettingsFile> read_settings(const std::string& path,
                                                                const SettingsFile* previous = nullptr);

/// The table of a text that is in no file, as `threadlint.toml` would have it.
[[nodiscard]] SettingValue::Table parse_inline_settings(const std::string& text,
                                                        std::vector<SettingsProblem>& problems);

[[nodiscard]] bool is_settings_file_name(std::string_view name);

}  // namespace server
