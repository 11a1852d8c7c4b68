// The settings that an editor has: those of settings files, and its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.h"
#include "server/features.h"
#include "server/workspace/settings_store.h"

namespace server {

/// What one object of settings means for the files below a folder.
struct ClientSettings {
  Override above;  // what stands above the settings files
  Features features;
  bool closed_files = true;  // of the workspace have diagnostics
  std::optional<std::int64_t> debounce_ms;
  std::string python;                   // empty: not said
  std::vector<std::string> complaints;  // about what is wrong and was left out
};

/// The members of a section of settings under our own names, `perFileIgnores` as `per-file-ignores`. Those that editors
/// send for what is not set (null, empty lists and tables) are left out. Whatever is no object is an empty one.
[[nodiscard]] protocol::Json normalised_settings(const protocol::Json& section);

/// `settings` are normalised. `folder` is a canonical path; empty for what holds for files of no folder.
[[nodiscard]] ClientSettings read_client_settings(const protocol::Json& settings, const std::string& folder);

}  // namespace server
