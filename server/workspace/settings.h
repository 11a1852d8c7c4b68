// The settings in force: what several layers say together, and what that means for a file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/rules/rule_settings.h"
#include "server/workspace/path_pattern.h"
#include "server/workspace/settings_layer.h"

namespace server {

/// Rules that do not run where a pattern fits.
struct PatternRules {
  PathPattern pattern;
  std::vector<std::string> rules;
};

/// Constant once it is made.
struct Settings {
  std::vector<std::shared_ptr<const SettingsLayer>> layers;  // the weakest first
  std::shared_ptr<const analysis::RuleSettings> rules;       // without what depends on the file; never null
  std::vector<PatternRules> per_file_ignores;
  std::vector<PathPattern> exclude;
};

/// A key of a stronger layer takes the place of a weaker one's, but for the choice of rules: where a layer has
/// `select`, the choice begins anew, else its `extend-select` and `ignore` change what the weaker layers chose.
[[nodiscard]] Settings combine(std::vector<std::shared_ptr<const SettingsLayer>> layers);

/// The strongest value of a key and the layer that has it; nulls when none has.
struct FoundSetting {
  const SettingsLayer* layer = nullptr;
  const SettingValue* value = nullptr;
};
[[nodiscard]] FoundSetting find_value(std::span<const std::shared_ptr<const SettingsLayer>> layers,
                                      std::string_view key);

/// The rules that do not run in a file, given by its absolute path, although they do elsewhere.
[[nodiscard]] std::set<std::string, std::less<>> ignored_in(const Settings& settings, std::string_view file);
/// Whether a file or folder is left out, when no folder above it is.
[[nodiscard]] bool is_excluded(const Settings& settings, std::string_view path);

}  // namespace server
