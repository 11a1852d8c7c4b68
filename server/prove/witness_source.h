// The runtime that performs interleavings in CPython: `threadlint_witness.py`, as it is built into the program.
#pragma once

#include <string_view>

namespace server {

[[nodiscard]] std::string_view witness_source();
inline constexpr std::string_view witness_module = "threadlint_witness";

}  // namespace server
