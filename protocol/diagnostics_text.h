// Diagnostics → bytes, straight from their structures: there may be thousands, after every letter, and building a tree
// of values takes six times as long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/diagnostics.h"

namespace protocol {

/// A JSON array: the value of `serialize(Json(diagnostics))`, members perhaps in another order. Never throws.
[[nodiscard]] std::string diagnostics_text(const std::vector<Diagnostic>& diagnostics);

/// The body of `textDocument/publishDiagnostics`, to be framed; `diagnostics` are what `diagnostics_text` gave.
[[nodiscard]] std::string publish_diagnostics_body(const std::string& uri, std::optional<std::int64_t> version,
                                                   std::string_view diagnostics);

}  // namespace protocol
