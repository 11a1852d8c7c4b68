// A document with the inventory of its module: what the handlers that show shared names look at.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/review/cell_text.h"
#include "server/session.h"
#include "server/transport/reply.h"

namespace server {

/// Valid during one answer. All of one text.
struct ReviewedDocument {
  const Session& session;
  const Document& document;
  const analysis::Inventory& inventory;
  const analysis::ProjectIndex& project;  // whose paths are URIs

  [[nodiscard]] std::string_view text() const { return document.text()->bytes(); }
};

/// Replies what `answer` makes of the inventory, which is taken on a worker, once for each result of the analysis; null
/// when there is nothing to take an inventory of, an error when the document was changed meanwhile.
void with_inventory(Session& session, const std::string& uri, Reply reply,
                    const std::function<protocol::Json(const ReviewedDocument& reviewed)>& answer);

/// Nothing for positions that are not in the document.
[[nodiscard]] std::optional<std::uint32_t> offset_of(const ReviewedDocument& in, protocol::Position position);
[[nodiscard]] protocol::Range range_of(const ReviewedDocument& in, analysis::TextRange range);

/// The identifier around `offset`; empty if there is none.
[[nodiscard]] analysis::TextRange word_at(std::string_view text, std::uint32_t offset);
/// The first place of a name in a range of the text, which may be longer; empty if it is not there.
[[nodiscard]] analysis::TextRange name_in(std::string_view text, analysis::TextRange range, std::string_view name);

/// The cell whose name stands at the position.
[[nodiscard]] std::optional<CellInGroup> cell_at(const ReviewedDocument& in, protocol::Position position);

}  // namespace server
