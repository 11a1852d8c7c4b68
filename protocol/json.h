// JSON text ↔ values: the only two places where the program parses and prints messages.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "protocol/result.h"

namespace protocol {

using Json = nlohmann::json;

/// Deeper nesting is refused: printing and copying such values would recurse once per level.
inline constexpr int deepest_json = 256;

/// Characters that are not Unicode (bytes that are not UTF-8, halves of surrogate pairs) become U+FFFD: an editor may
/// have them in a text, and losing the whole message would lose the text.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Whether all bytes are UTF-8, as Unicode defines it: `serialize` changes none of them.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Never throws: what is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string serialize(const Json& value);

}  // namespace protocol
