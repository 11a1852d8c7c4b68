// What the command line says about settings, and the files that are left then.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/workspace/file_finder.h"
#include "server/workspace/settings_store.h"

namespace server {

struct SettingsOptions {
  std::vector<std::string> config;  // paths of files, and settings as `threadlint.toml` would have them
  bool is_isolated = false;         // no settings file is looked for
  // These stand above what files say. Empty: not said.
  std::vector<std::string> select;
  std::vector<std::string> extend_select;
  std::vector<std::string> ignore;
  bool preview = false;
  std::string baseline;
};

/// The settings for the files of the disk, or what is wrong with the options.
[[nodiscard]] tl::expected<SettingsStore, std::string> settings_of(const SettingsOptions& options);

/// `find_python_files` without what settings exclude.
[[nodiscard]] FoundFiles find_included_files(const std::vector<std::string>& paths, SettingsStore& settings,
                                             Workers& workers);

/// Tells on standard error what is wrong with the settings files that were looked at: whether there is nothing.
[[nodiscard]] bool are_settings_right(const SettingsStore& settings);

/// A path as it is shorter: from the current folder on, where it is below that.
[[nodiscard]] std::string displayed_path(const std::string& path);

}  // namespace server
