// Edits chosen by the input: the analysis says after them what it says of the text alone.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/typing_history.h"

namespace {

constexpr const char* start = R"py(import threading

lock = threading.Lock()
_cache = []

def cached():
    global _cache
    if not _cache:
        with lock:
            _cache = []
            for x in load():
                _cache.append(x)
    return _cache

class A:
    _cache = None

    def get(self):
        if self._cache is None:
            self._cache = {}
            self._cache["x"] = 1  # threadlint: ignore
        return self._cache
)py";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::size_t used = 0;
  const auto byte = [&] { return used < size ? data[used++] : std::uint8_t{0}; };
  const auto choose = [&](std::size_t limit) {
    const std::size_t high = byte();
    return (high << 8 | byte()) % limit;
  };
  const std::string difference = tests::find_memory_of_history(start, size / 8 + 1, choose);
  if (difference.empty()) return 0;
  std::fputs(difference.c_str(), stderr);
  std::abort();
}
