// Bytes with a checksum behind them: they are read whole or not at all.
#pragma once

#include <xxhash.h>

#include <cereal/archives/binary.hpp>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>

namespace analysis {

/// What `write` puts into the archive that it is given.
template <class Write>
std::string written(const Write& write) {
  std::ostringstream stream;
  {
    cereal::BinaryOutputArchive archive(stream);
    write(archive);
  }
  std::string bytes = std::move(stream).str();
  const std::uint64_t checksum = XXH3_64bits(bytes.data(), bytes.size());
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  return bytes;
}

/// What `read` makes of them; nothing if they are not what `written` gave.
template <class Read>
auto read_whole(std::string bytes, const Read& read) -> decltype(read(std::declval<cereal::BinaryInputArchive&>())) {
  std::uint64_t checksum = 0;
  if (bytes.size() < sizeof checksum) return {};
  const std::size_t size = bytes.size() - sizeof checksum;
  std::memcpy(&checksum, bytes.data() + size, sizeof checksum);
  if (checksum != XXH3_64bits(bytes.data(), size)) return {};
  bytes.resize(size);
  std::istringstream stream(std::move(bytes));
  cereal::BinaryInputArchive archive(stream);
  return read(archive);
}

}  // namespace analysis
