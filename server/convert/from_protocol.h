// Positions of the client → byte offsets. With `to_protocol` the only place where columns are counted in its unit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "analysis/text/source_text.h"
#include "protocol/basic_types.h"
#include "protocol/lifecycle.h"
#include "protocol/text_sync.h"

namespace server {

[[nodiscard]] analysis::ColumnUnit to_column_unit(protocol::PositionEncoding encoding);

/// Places past the end of a line or of the text are its end. Nothing for negative places and ranges that end before
/// they start.
[[nodiscard]] std::optional<analysis::TextRange> to_text_range(const protocol::Range& range,
                                                               const analysis::SourceText& text,
                                                               analysis::ColumnUnit unit);

/// The text after all changes, or what is wrong with one of them.
[[nodiscard]] tl::expected<std::shared_ptr<const analysis::SourceText>, std::string> apply_changes(
    std::shared_ptr<const analysis::SourceText> text, const std::vector<protocol::ContentChange>& changes,
    analysis::ColumnUnit unit);

}  // namespace server
