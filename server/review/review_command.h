// `threadlint review`: the inventory of every shared cell of files and folders.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "server/cache/cache_folder.h"
#include "server/check/text_style.h"
#include "server/settings_options.h"

namespace server {

enum class ReviewFormat : std::uint8_t { text, markdown, json, html };
enum class ReviewOrder : std::uint8_t { module, name, kind };

struct ReviewOptions {
  std::vector<std::string> paths{"."};
  ReviewFormat format = ReviewFormat::text;
  std::string output_file;  // empty: standard output
  ColorChoice color = ColorChoice::automatic;
  std::set<int> kinds;  // 1 to 4; empty: all
  bool shows_problems_only = false;
  ReviewOrder order = ReviewOrder::module;
  bool exits_zero = false;  // also when there are problems
  unsigned threads = 0;     // 0: as many as the machine runs at once
  SettingsOptions settings;
  CacheOptions cache;
};

/// Writes to standard output and standard error. The exit code of the process: 0 no problem shown, 1 some, 2 it could
/// not be done.
[[nodiscard]] int review(const ReviewOptions& options);

}  // namespace server
