// The lines of notebooks that only IPython understands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server {

struct MaskedText {
  std::string text;                  // as long as the text that it was made of, with the same lines
  std::vector<std::uint32_t> lines;  // that are others now, counted from 0
};

/// `%magic`, `!command`, `name = !command`, `name?` become statements that do nothing, as does all of a cell that
/// begins with a `%%magic` for something else than Python. What stands inside brackets and strings is left alone.
[[nodiscard]] MaskedText mask_magic(std::string_view cell);

}  // namespace server
