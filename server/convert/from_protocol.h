// Positions of the client → byte offsets. With `to_protocol` the only place where columns are counted in its unit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/text/text_draft.h"
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

/// Makes all changes, or those before one with which something is wrong. Returns what that is; empty: nothing.
[[nodiscard]] std::string apply_changes(analysis::TextDraft& draft, const std::vector<protocol::ContentChange>& changes,
                                        analysis::ColumnUnit unit);

}  // namespace server
