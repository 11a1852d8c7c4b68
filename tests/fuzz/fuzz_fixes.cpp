// Any bytes as a Python module, and every repair that is offered: applied, it leaves no error and takes the finding
// away.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/typing_history.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string harm = tests::find_harm_of_fixes(std::string(reinterpret_cast<const char*>(data), size));
  if (harm.empty()) return 0;
  std::fputs(harm.c_str(), stderr);
  std::abort();
}
