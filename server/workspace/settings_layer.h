// What one source says about settings: a file, an editor, the command line.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/rules/finding.h"
#include "server/workspace/setting_value.h"

namespace server {

/// Constant once it is made. Whatever is in it has been checked.
struct SettingsLayer {
  std::string source;                                       // as users know it: the path of a file, "the command line"
  std::string folder;                                       // absolute: relative paths and patterns begin here
  std::map<std::string, SettingValue, std::less<>> values;  // by key
  std::set<std::uint64_t> baseline;                         // what the file holds that `baseline` names
};

struct SettingsProblem {
  SettingPlace place;
  std::string message;
  friend bool operator==(const SettingsProblem&, const SettingsProblem&) = default;
};

/// The settings of a table. Those that are wrong are left out and told in `problems`.
[[nodiscard]] std::shared_ptr<const SettingsLayer> make_layer(const SettingValue::Table& table, std::string source,
                                                              std::string folder,
                                                              std::vector<SettingsProblem>& problems);

/// The fingerprints in a baseline's text, or what is wrong with it.
struct Baseline {
  std::set<std::uint64_t> fingerprints;
  std::string complaint;  // empty: none
};
[[nodiscard]] Baseline parse_baseline(std::string_view text);

/// Nothing for other words than design.md §5 has.
[[nodiscard]] std::optional<analysis::Severity> severity_named(std::string_view name);

/// Absolute; `path` may be relative to `folder`.
[[nodiscard]] std::string path_in(const std::string& folder, const std::string& path);

}  // namespace server
