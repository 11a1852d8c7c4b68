// `threadlint prove`: writes a test that performs the interleaving of a finding, and runs it when asked to.
#pragma once

#include <string>
#include <vector>

#include "server/cache/cache_folder.h"
#include "server/settings_options.h"

namespace server {

struct ProveOptions {
  std::string finding;      // a fingerprint, or FILE:ROW or FILE:ROW:COLUMN
  std::string output;       // where to write the test; empty: a new file among the project's tests
  bool is_inlined = false;  // the runtime is part of the test
  bool runs = false;
  std::string python = "python3";
  std::string setup;               // statements, `m` is the module; empty: those of the plan
  std::vector<std::string> calls;  // expressions, one for each thread or one for all; none: those of the plan
  int seconds = 20;                // after which the search ends
  SettingsOptions settings;
  CacheOptions cache;
  bool expects_harm = false;  // the test passes while the harm can be shown
};

/// Writes to standard output and standard error. Exit codes: 0 written and, if it ran, harm was shown; 1 harm was not
/// shown; 2 it could not be done.
[[nodiscard]] int prove(const ProveOptions& options);

}  // namespace server
