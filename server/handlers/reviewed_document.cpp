#include "server/handlers/reviewed_document.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "server/convert/from_protocol.h"

namespace server {
namespace {

using analysis::Inventory;
using analysis::TextRange;

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || 0x80 <= byte;
}

bool uses(const std::vector<analysis::CellUser>& users, std::uint32_t offset) {
  return std::ranges::any_of(users, [&](const analysis::CellUser& user) {
    return user.module.empty() && user.range.begin <= offset && offset <= user.range.end;
  });
}

/// On a worker; then all who wait for it get it.
void take_inventory(Session& session, const std::string& uri, const std::shared_ptr<KnownInventory>& wanted,
                    const std::shared_ptr<const analysis::RuleSettings>& settings) {
  const auto job = [facts = wanted->facts, project = wanted->project, settings, &analysis = session.analysis] {
    return std::make_shared<const Inventory>(analysis.review(*facts, *project, *settings, {}));
  };
  session.workers.run(job, [&session, uri, wanted](const std::shared_ptr<const Inventory>& inventory) {
    wanted->inventory = inventory;
    for (const KnownInventory::Receive& receive : std::exchange(wanted->receivers, {})) receive(inventory.get());
    const auto known = session.inventories.find(uri);
    const bool has_failed = inventory == nullptr && known != session.inventories.end() && known->second == wanted;
    if (has_failed) session.inventories.erase(known);
  });
}

}  // namespace

void with_inventory(Session& session, const std::string& uri, Reply reply,
                    const std::function<protocol::Json(const ReviewedDocument& reviewed)>& answer) {
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_current(uri, [&session, request, uri, answer](const AnalysisResult* result) {
    if (!session.pending.contains(request)) return;
    const Document* document = session.workspace.documents.find(uri);
    if (document == nullptr || result == nullptr) return session.pending.answer(request, nullptr);
    const auto give = [&session, request, uri, answer, project = result->project,
                       revision = document->revision](const Inventory* inventory) {
      const Document* now = session.workspace.documents.find(uri);
      if (now == nullptr || now->revision != revision) {
        return session.pending.fail(request, protocol::ErrorCode::content_modified, "the document was changed");
      }
      if (inventory == nullptr) return session.pending.answer(request, nullptr);
      session.pending.answer(request, answer({session, *now, *inventory, *project}));
    };
    std::shared_ptr<KnownInventory>& known = session.inventories[uri];
    const bool is_known = known != nullptr && known->facts == result->facts && known->project == result->project;
    if (is_known && known->inventory != nullptr) return give(known->inventory.get());
    if (is_known) return known->receivers.push_back(give);
    known = std::make_shared<KnownInventory>(KnownInventory{result->facts, result->project, nullptr, {give}});
    take_inventory(session, uri, known, result->settings);
  });
}

std::optional<std::uint32_t> offset_of(const ReviewedDocument& in, protocol::Position position) {
  const auto range = to_text_range({position, position}, *in.document.text(), in.session.conversion.unit);
  return range ? std::optional(range->begin) : std::nullopt;
}

protocol::Range range_of(const ReviewedDocument& in, TextRange range) {
  return to_range(range, *in.document.text(), in.session.conversion.unit);
}

TextRange word_at(std::string_view text, std::uint32_t offset) {
  TextRange range{offset, offset};
  while (0 < range.begin && is_word(text[range.begin - 1])) --range.begin;
  while (range.end < text.size() && is_word(text[range.end])) ++range.end;
  return range;
}

TextRange name_in(std::string_view text, TextRange range, std::string_view name) {
  for (std::size_t at = text.find(name, range.begin); at < range.end; at = text.find(name, at + 1)) {
    const TextRange word = word_at(text, static_cast<std::uint32_t>(at));
    if (word.begin == at && word.size() == name.size()) return word;
  }
  return {range.begin, range.begin};
}

std::optional<CellInGroup> cell_at(const ReviewedDocument& in, protocol::Position position) {
  const auto offset = offset_of(in, position);
  const std::string_view text = in.text();
  const TextRange word = offset ? word_at(text, *offset) : TextRange{};
  if (word.size() == 0) return {};
  for (const CellInGroup& place : cells_of(in.inventory)) {
    const analysis::ReviewedCell& cell = *place.cell;
    if (cell.name != text.substr(word.begin, word.size())) continue;
    const bool is_definition = name_in(text, cell.range, cell.name) == word;
    if (is_definition || uses(cell.writers, word.begin) || uses(cell.readers, word.begin)) return place;
  }
  return {};
}

}  // namespace server
