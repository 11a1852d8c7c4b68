// Any bytes as a Python module: no crash, no hang, nothing said about places that are not there.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/typing_history.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string nonsense = tests::find_nonsense(std::string(reinterpret_cast<const char*>(data), size));
  if (nonsense.empty()) return 0;
  std::fputs(nonsense.c_str(), stderr);
  std::abort();
}
