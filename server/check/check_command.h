// `threadlint check`: a batch run over files and folders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/rules/finding.h"
#include "server/cache/cache_folder.h"
#include "server/check/text_style.h"
#include "server/settings_options.h"

namespace server {

enum class OutputFormat : std::uint8_t { full, concise, json };

/// What happens with repairs: nothing, they are written, or they are printed as a difference.
enum class FixMode : std::uint8_t { none, write, diff };

struct CheckOptions {
  std::vector<std::string> paths{"."};
  bool reads_standard_input = false;  // instead of paths
  std::string stdin_filename = "-";   // what standard input is called, and which module it is
  OutputFormat format = OutputFormat::full;
  std::string output_file;  // empty: standard output
  ColorChoice color = ColorChoice::automatic;
  FixMode fix_mode = FixMode::none;
  analysis::Applicability fixes = analysis::Applicability::safe;  // the boldest that are made
  bool shows_statistics = false;                                  // instead of the findings
  bool exits_zero = false;                                        // also when there are findings
  unsigned threads = 0;                                           // 0: as many as the machine runs at once
  SettingsOptions settings;
  bool writes_baseline = false;  // instead of reporting
  CacheOptions cache;
};

/// Writes to standard output and standard error. The exit code of the process: 0 nothing found, 1 something found, 2 it
/// could not be done.
[[nodiscard]] int check(const CheckOptions& options);

}  // namespace server
