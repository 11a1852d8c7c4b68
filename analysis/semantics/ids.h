// Typed indices into the tables of one statement or one module.
#pragma once

#include <compare>
#include <cstdint>

namespace analysis {

/// An index that fits only the table it was made for. The default value fits none.
template <class Tag>
struct Id {
  std::uint32_t index = 0xFFFFFFFF;
  friend auto operator<=>(Id, Id) = default;
  [[nodiscard]] explicit operator bool() const { return index != 0xFFFFFFFF; }
};

}  // namespace analysis
