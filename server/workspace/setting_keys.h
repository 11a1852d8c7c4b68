// The table of settings: what settings files and editors may say, and what `threadlint config` tells about it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

enum class SettingType : std::uint8_t {
  flag,              // true or false
  word,              // one of a few
  path,              // of a file, relative to the settings file
  names,             // a list of dotted names
  patterns,          // a list of patterns for paths, see path_pattern.h
  rules,             // a list of rules; "ALL" is every rule
  severities,        // a table: rule → severity
  rules_by_pattern,  // a table: pattern → list of rules
};

struct SettingKey {
  std::string_view name;
  SettingType type = SettingType::flag;
  std::string_view words = {};          // of type word: separated by blanks
  std::string_view default_value = {};  // as TOML; empty: not set
  std::string_view example = {};        // as TOML
  std::string_view sentence = {};       // what it does, for the documentation
};

[[nodiscard]] std::span<const SettingKey> setting_keys();
/// Null when there is no such setting.
[[nodiscard]] const SettingKey* find_setting(std::string_view name);
[[nodiscard]] std::vector<std::string> words_of(const SettingKey& key);
/// "a list of rules".
[[nodiscard]] std::string description_of(const SettingKey& key);

/// "there is no setting `selct`; did you mean `select`?"
[[nodiscard]] std::string unknown_setting(std::string_view name);

}  // namespace server
