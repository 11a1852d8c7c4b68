// Where what is known of texts is kept from one run to the next.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace server {

struct CacheOptions {
  bool is_off = false;
  std::string folder;               // empty: `default_cache_folder()`
  bool trusts_modification = true;  // a file of the same size and time of change is the same file
};

/// `threadlint` in `XDG_CACHE_HOME` or in `~/.cache`. Empty if there is no such place.
[[nodiscard]] std::string default_cache_folder();
/// The folder that the options name, or the default one. Empty: there is no cache.
[[nodiscard]] std::string cache_folder(const CacheOptions& options);

/// The file in which this build of the analyser keeps what it knows. No two builds share one.
[[nodiscard]] std::string cache_file(const std::string& folder);

/// Files of caches in a folder, by whatever build.
[[nodiscard]] std::vector<std::string> cache_files(const std::string& folder);

}  // namespace server
