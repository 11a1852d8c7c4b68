// Bytes with a checksum behind them: they are read whole or not at all.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/semantics/compact_archive.h"

namespace analysis {

/// What `write` puts into the archive that it is given.
template <class Write>
std::string written(const Write& write) {
  std::string bytes;
  {
    CompactOutput archive(bytes);
    write(archive);
  }
  const std::uint64_t checksum = XXH3_64bits(bytes.data(), bytes.size());
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  return bytes;
}

/// What `read` makes of them; nothing if they are not what `written` gave.
template <class Read>
auto read_whole(std::string_view bytes, const Read& read) -> decltype(read(std::declval<CompactInput&>())) {
  std::uint64_t checksum = 0;
  if (bytes.size() < sizeof checksum) return {};
  const std::size_t size = bytes.size() - sizeof checksum;
  std::memcpy(&checksum, bytes.data() + size, sizeof checksum);
  if (checksum != XXH3_64bits(bytes.data(), size)) return {};
  CompactInput archive(bytes.substr(0, size));
  return read(archive);
}

}  // namespace analysis
