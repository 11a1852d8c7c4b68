// One number for many values: equal values in the same order have equal digests.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace analysis {

class Digest {
 public:
  void add(std::string_view text) {
    add(text.size());
    all_.append(text);
  }
  void add(std::uint64_t number) { all_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  template <class T>
  void add(const std::vector<T>& items) {
    add(items.size());
    for (const T& item : items) add(item);
  }

  [[nodiscard]] std::uint64_t value() const { return XXH3_64bits(all_.data(), all_.size()); }

 private:
  std::string all_;
};

}  // namespace analysis
