// What the editor shows of shared names: hover, code lens and highlights, from the inventory of the module. It is taken
// on a worker, once for each result of the analysis.
#include <algorithm>
#include <cctype>
#include <utility>

#include "analysis/rules/registry.h"
#include "server/convert/from_protocol.h"
#include "server/handlers/handlers.h"
#include "server/review/cell_text.h"

namespace server {
namespace {

using analysis::Inventory;
using analysis::TextRange;
using Answer = std::function<protocol::Json(const Session& session, const Document& document, const Inventory&)>;

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || 0x80 <= byte;
}

/// What `belongs` holds for on both sides of `offset`; empty if it does not there.
TextRange around(std::string_view text, std::uint32_t offset, bool (*belongs)(char)) {
  TextRange range{offset, offset};
  while (0 < range.begin && belongs(text[range.begin - 1])) --range.begin;
  while (range.end < text.size() && belongs(text[range.end])) ++range.end;
  return range;
}

/// Markdown without its signs for bold.
std::string plain(std::string text) {
  for (std::size_t at = text.find("**"); at != std::string::npos; at = text.find("**", at)) text.erase(at, 2);
  return text;
}

/// The first place of a name in a range of the text, which may be longer; empty if it is not there.
TextRange name_in(std::string_view text, TextRange range, std::string_view name) {
  for (std::size_t at = text.find(name, range.begin); at < range.end; at = text.find(name, at + 1)) {
    const TextRange word = around(text, static_cast<std::uint32_t>(at), is_word);
    if (word.begin == at && word.size() == name.size()) return word;
  }
  return {range.begin, range.begin};
}

bool uses(const std::vector<analysis::CellUser>& users, std::uint32_t offset) {
  return std::ranges::any_of(users, [&](const analysis::CellUser& user) {
    return user.module.empty() && user.range.begin <= offset && offset <= user.range.end;
  });
}

/// The cell whose name stands at `offset`; null if none does.
std::optional<CellInGroup> cell_at(const Inventory& inventory, std::string_view text, std::uint32_t offset) {
  const TextRange word = around(text, offset, is_word);
  if (word.size() == 0) return {};
  for (const CellInGroup& place : cells_of(inventory)) {
    const analysis::ReviewedCell& cell = *place.cell;
    if (cell.name != text.substr(word.begin, word.size())) continue;
    const bool is_definition = name_in(text, cell.range, cell.name) == word;
    if (is_definition || uses(cell.writers, word.begin) || uses(cell.readers, word.begin)) return place;
  }
  return {};
}

protocol::Range range_of(const Session& session, const Document& document, TextRange range) {
  return to_range(range, *document.text, session.conversion.unit);
}

std::optional<std::uint32_t> offset_of(const Session& session, const Document& document, protocol::Position position) {
  const auto range = to_text_range({position, position}, *document.text, session.conversion.unit);
  return range ? std::optional(range->begin) : std::nullopt;
}

/// The rule that a comment names at `offset`, with its place.
std::optional<std::pair<const analysis::Rule*, TextRange>> rule_at(std::string_view text, std::uint32_t offset) {
  const TextRange word =
      around(text, offset, [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0 || c == '-'; });
  const std::size_t line = text.rfind('\n', word.begin) + 1;
  const bool is_in_comment = text.substr(line, word.begin - line).find('#') != std::string_view::npos;
  const analysis::Rule* rule = is_in_comment ? analysis::find_rule(text.substr(word.begin, word.size())) : nullptr;
  return rule == nullptr ? std::nullopt : std::optional(std::pair(rule, word));
}

std::string explanation(const analysis::Rule& rule) {
  return "**" + std::string(rule.info.name) + "**: " + std::string(rule.info.summary) + "\n\n" +
         std::string(rule.info.why) + "\n\n[more](" + documentation_url(rule) + ")\n";
}

protocol::Json hover_at(const Session& session, const Document& document, const Inventory& inventory,
                        protocol::Position position) {
  const std::string_view text = document.text->bytes();
  const auto offset = offset_of(session, document, position);
  if (!offset) return nullptr;
  protocol::Hover hover{.text = {}, .is_markdown = session.conversion.capabilities.hover_markdown, .range = {}};
  if (const auto rule = rule_at(text, *offset)) {
    hover.text = explanation(*rule->first);
    hover.range = range_of(session, document, rule->second);
  } else if (const auto cell = cell_at(inventory, text, *offset)) {
    hover.text = describe(*cell, inventory, *document.text);
    hover.range = range_of(session, document, around(text, *offset, is_word));
  } else {
    return nullptr;
  }
  if (!hover.is_markdown) hover.text = plain(std::move(hover.text));
  return hover;
}

protocol::Json highlights_at(const Session& session, const Document& document, const Inventory& inventory,
                             protocol::Position position) {
  const std::string_view text = document.text->bytes();
  const auto offset = offset_of(session, document, position);
  const auto place = offset ? cell_at(inventory, text, *offset) : std::nullopt;
  if (!place) return nullptr;
  const analysis::ReviewedCell& cell = *place->cell;
  std::map<TextRange, bool> is_write{{name_in(text, cell.range, cell.name), true}};
  for (const auto* users : {&cell.writers, &cell.readers}) {
    for (const analysis::CellUser& user : *users) {
      if (!user.module.empty()) continue;
      bool& writes = is_write[name_in(text, user.range, cell.name)];
      writes = writes || users == &cell.writers;
    }
  }
  protocol::Json result = protocol::Json::array();
  for (const auto& [range, writes] : is_write) {
    if (range.size() == 0) continue;
    result.push_back(protocol::DocumentHighlight{.range = range_of(session, document, range), .is_write = writes});
  }
  return result;
}

/// What nothing changes needs no lens.
protocol::Json lenses_of(const Session& session, const Document& document, const Inventory& inventory) {
  protocol::Json result = protocol::Json::array();
  for (const CellInGroup& place : cells_of(inventory)) {
    if (place.cell->kind == 1) continue;
    const TextRange name = name_in(document.text->bytes(), place.cell->range, place.cell->name);
    if (name.size() == 0) continue;
    result.push_back(
        protocol::CodeLens{.range = range_of(session, document, name), .title = describe_briefly(place, inventory)});
  }
  return result;
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

/// Answers null when there is nothing to take an inventory of.
void with_inventory(Session& session, const std::string& uri, Reply reply, const Answer& answer) {
  const PendingRequests::Number request = session.pending.add(std::move(reply));
  session.scheduler.when_current(uri, [&session, request, uri, answer](const AnalysisResult* result) {
    if (!session.pending.contains(request)) return;
    const Document* document = session.workspace.documents.find(uri);
    if (document == nullptr || result == nullptr) return session.pending.answer(request, nullptr);
    const auto give = [&session, request, uri, answer, revision = document->revision](const Inventory* inventory) {
      const Document* now = session.workspace.documents.find(uri);
      if (now == nullptr || now->revision != revision) {
        return session.pending.fail(request, protocol::ErrorCode::content_modified, "the document was changed");
      }
      session.pending.answer(request, inventory == nullptr ? nullptr : answer(session, *now, *inventory));
    };
    std::shared_ptr<KnownInventory>& known = session.inventories[uri];
    const bool is_known = known != nullptr && known->facts == result->facts && known->project == result->project;
    if (is_known && known->inventory != nullptr) return give(known->inventory.get());
    if (is_known) return known->receivers.push_back(give);
    known = std::make_shared<KnownInventory>(KnownInventory{result->facts, result->project, nullptr, {give}});
    take_inventory(session, uri, known, result->settings);
  });
}

}  // namespace

void hover(Session& session, const protocol::PositionParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [position = params.position](const Session& in, const Document& document, const Inventory& inventory) {
                   return hover_at(in, document, inventory, position);
                 });
}

void document_highlight(Session& session, const protocol::PositionParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [position = params.position](const Session& in, const Document& document, const Inventory& inventory) {
                   return highlights_at(in, document, inventory, position);
                 });
}

void code_lens(Session& session, const protocol::DocumentParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply), lenses_of);
}

}  // namespace server
