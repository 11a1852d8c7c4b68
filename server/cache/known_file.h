// What a check has found out about a file, so that the next one looks only at what has changed since.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analyze.h"

namespace server {

struct KnownFile {
  std::string path;    // as the user spelled it
  std::string module;  // its name
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds
  bool is_settled = false;    // it was last written well before it was read: who writes it again changes `modified`
  std::uint64_t content = 0;  // digest of its bytes
  std::uint64_t text = 0;     // digest of its text
  bool has_bom = false;
  std::string complaint;       // empty: none
  std::uint64_t settings = 0;  // digest of those in force
  analysis::Surroundings surroundings;
  std::vector<analysis::Finding> findings;
};

[[nodiscard]] std::string encode(const KnownFile& file);
/// Nothing if the bytes are not whole.
[[nodiscard]] std::optional<KnownFile> decode_file(std::string_view bytes);

}  // namespace server
