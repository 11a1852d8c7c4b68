// What is typed when typing is measured.
#pragma once

#include <string_view>

namespace bench {

/// Python with docstrings and with brackets that stay open over lines, letter by letter; `\b` takes back the last one.
[[nodiscard]] std::string_view typing_script();

}  // namespace bench
