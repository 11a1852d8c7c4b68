// What the editor shows of shared names: hover, code lens and highlights, from the inventory of the module.
#include <cctype>
#include <map>
#include <utility>

#include "analysis/rules/registry.h"
#include "server/handlers/handlers.h"
#include "server/handlers/reviewed_document.h"

namespace server {
namespace {

using analysis::TextRange;

bool is_rule_sign(char c) { return std::islower(static_cast<unsigned char>(c)) != 0 || c == '-'; }

/// Markdown without its signs for bold.
std::string plain(std::string text) {
  for (std::size_t at = text.find("**"); at != std::string::npos; at = text.find("**", at)) text.erase(at, 2);
  return text;
}

/// The rule that a comment names at `offset`, with its place.
std::optional<std::pair<const analysis::Rule*, TextRange>> rule_at(std::string_view text, std::uint32_t offset) {
  TextRange word{offset, offset};
  while (0 < word.begin && is_rule_sign(text[word.begin - 1])) --word.begin;
  while (word.end < text.size() && is_rule_sign(text[word.end])) ++word.end;
  const std::size_t line = text.rfind('\n', word.begin) + 1;
  const bool is_in_comment = text.substr(line, word.begin - line).find('#') != std::string_view::npos;
  const analysis::Rule* rule = is_in_comment ? analysis::find_rule(text.substr(word.begin, word.size())) : nullptr;
  return rule == nullptr ? std::nullopt : std::optional(std::pair(rule, word));
}

std::string explanation(const analysis::Rule& rule) {
  return "**" + std::string(rule.info.name) + "**: " + std::string(rule.info.summary) + "\n\n" +
         std::string(rule.info.why) + "\n\n[more](" + documentation_url(rule) + ")\n";
}

protocol::Json hover_at(const ReviewedDocument& in, protocol::Position position) {
  const std::string_view text = in.text();
  const auto offset = offset_of(in, position);
  if (!offset) return nullptr;
  protocol::Hover hover{.text = {}, .is_markdown = in.session.conversion.capabilities.hover_markdown, .range = {}};
  if (const auto rule = rule_at(text, *offset)) {
    hover.text = explanation(*rule->first);
    hover.range = range_of(in, rule->second);
  } else if (const auto cell = cell_at(in, position)) {
    hover.text = describe(*cell, in.inventory, *in.document.text());
    hover.range = range_of(in, word_at(text, *offset));
  } else {
    return nullptr;
  }
  if (!hover.is_markdown) hover.text = plain(std::move(hover.text));
  return hover;
}

protocol::Json highlights_at(const ReviewedDocument& in, protocol::Position position) {
  const std::string_view text = in.text();
  const auto place = cell_at(in, position);
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
    result.push_back(protocol::DocumentHighlight{.range = range_of(in, range), .is_write = writes});
  }
  return result;
}

/// What nothing changes needs no lens.
protocol::Json lenses_of(const ReviewedDocument& in) {
  protocol::Json result = protocol::Json::array();
  for (const CellInGroup& place : cells_of(in.inventory)) {
    if (place.cell->kind == 1) continue;
    const TextRange name = name_in(in.text(), place.cell->range, place.cell->name);
    if (name.size() == 0) continue;
    result.push_back(protocol::CodeLens{.range = range_of(in, name), .title = describe_briefly(place, in.inventory)});
  }
  return result;
}

}  // namespace

void hover(Session& session, const protocol::PositionParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [position = params.position](const ReviewedDocument& in) { return hover_at(in, position); });
}

void document_highlight(Session& session, const protocol::PositionParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [position = params.position](const ReviewedDocument& in) { return highlights_at(in, position); });
}

void code_lens(Session& session, const protocol::DocumentParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply), lenses_of);
}

}  // namespace server
