// Where shared names lead in the editor: the list of their accesses, and the hierarchy of the functions that write
// them. Both answer for shared names only; a type checker beside us answers for all others.
#include <algorithm>
#include <map>
#include <tuple>

#include "server/handlers/handlers.h"
#include "server/handlers/reviewed_document.h"

namespace server {
namespace {

using analysis::CellUser;
using analysis::CodeUnit;
using analysis::TextRange;

/// A text of the project.
struct Home {
  std::string uri;
  const analysis::SourceText* text = nullptr;  // null for a module that the project does not have
};

Home home_of(const ReviewedDocument& in, const std::string& module) {
  if (module.empty()) return {in.document.uri, in.document.text().get()};
  const analysis::ProjectModule* known = in.project.find(module);
  return known == nullptr ? Home{} : Home{known->path, known->text().get()};
}

protocol::Range range_in(const ReviewedDocument& in, const Home& home, TextRange range) {
  return to_range(range, *home.text, in.session.conversion.unit);
}

/// Where the name stands in an access, or all of the access where it goes by another one.
TextRange name_of_access(const Home& home, TextRange access, const std::string& name) {
  const TextRange word = name_in(home.text->bytes(), access, name);
  return word.size() == 0 ? access : word;
}

protocol::Json references_at(const ReviewedDocument& in, const protocol::ReferenceParams& params) {
  const auto place = cell_at(in, params.position);
  if (!place) return nullptr;
  const analysis::ReviewedCell& cell = *place->cell;
  std::map<std::tuple<bool, std::string, TextRange>, protocol::Location> found;  // our own document first
  const auto add = [&](const std::string& module, TextRange range) {
    const Home home = home_of(in, module);
    if (home.text == nullptr) return;
    const TextRange name = name_of_access(home, range, cell.name);
    found[{!module.empty(), module, name}] = {home.uri, range_in(in, home, name)};
  };
  if (params.include_declaration) add({}, cell.range);
  for (const auto* users : {&cell.writers, &cell.readers}) {
    for (const CellUser& user : *users) add(user.module, user.range);
  }
  protocol::Json result = protocol::Json::array();
  for (const auto& [key, location] : found) result.push_back(location);
  return result;
}

protocol::CallHierarchyItem item_of(const ReviewedDocument& in, const CellInGroup& place) {
  const analysis::ReviewedCell& cell = *place.cell;
  const protocol::Range range = range_of(in, name_of_access(home_of(in, {}), cell.range, cell.name));
  const bool is_global = place.group == CellGroup::global;
  return {.name = cell.class_name.empty() ? cell.name : cell.class_name + "." + cell.name,
          .detail = describe_briefly(place, in.inventory),
          .kind = is_global ? protocol::SymbolKind::variable : protocol::SymbolKind::field,
          .uri = in.document.uri,
          .range = range,
          .selection_range = range,
          .key = {.document = in.document.uri, .symbol = cell.symbol, .module = {}, .function = {}}};
}

/// The item of the code around `place`. Nothing for a module that the project does not have.
std::optional<protocol::CallHierarchyItem> item_of(const ReviewedDocument& in, const CodeUnit& unit, TextRange place) {
  const Home home = home_of(in, unit.module);
  if (home.text == nullptr) return {};
  const std::string module = unit.module.empty() ? in.document.module : unit.module;
  protocol::CallHierarchyItem item{
      .name = unit.function.empty() ? module : unit.function,
      .detail = unit.function.empty() ? "module level" : module,
      .kind = unit.function.empty() ? protocol::SymbolKind::module : protocol::SymbolKind::function,
      .uri = home.uri,
      .range = range_in(in, home, place),
      .selection_range = range_in(in, home, place),
      .key = {.document = in.document.uri, .symbol = {}, .module = unit.module, .function = unit.function}};
  for (const analysis::ReviewedFunction& function : in.inventory.calls.functions) {
    if (function.unit != unit) continue;
    item.range = range_in(in, home, function.range);
    item.selection_range = range_in(in, home, function.name_range);
    if (function.is_method) item.kind = protocol::SymbolKind::method;
  }
  return item;
}

/// Places of code, by the code they are in.
using Places = std::map<CodeUnit, std::vector<TextRange>>;

protocol::Json incoming(const ReviewedDocument& in, const Places& places) {
  protocol::Json result = protocol::Json::array();
  for (const auto& [unit, ranges] : places) {
    const auto item = item_of(in, unit, ranges.front());
    if (!item) continue;
    protocol::IncomingCall call{*item, {}};
    for (const TextRange range : ranges) call.ranges.push_back(range_in(in, home_of(in, unit.module), range));
    result.push_back(call);
  }
  return result;
}

/// The functions that write a cell, or that call a function.
protocol::Json incoming_calls_of(const ReviewedDocument& in, const protocol::CallHierarchyKey& key) {
  Places places;
  for (const CellInGroup& place : cells_of(in.inventory)) {
    if (key.symbol.empty() || place.cell->symbol != key.symbol) continue;
    for (const CellUser& user : place.cell->writers) {
      const Home home = home_of(in, user.module);
      if (home.text == nullptr) continue;
      places[{user.module, user.function}].push_back(name_of_access(home, user.range, place.cell->name));
    }
  }
  for (const analysis::ReviewedCall& call : in.inventory.calls.calls) {
    if (key.symbol.empty() && call.callee == CodeUnit{key.module, key.function}) {
      places[call.caller].push_back(call.range);
    }
  }
  return incoming(in, places);
}

/// The cells that a function writes, then the functions that it calls. A cell leads nowhere.
protocol::Json outgoing_calls_of(const ReviewedDocument& in, const protocol::CallHierarchyKey& key) {
  protocol::Json result = protocol::Json::array();
  const CodeUnit unit{key.module, key.function};
  const Home home = home_of(in, unit.module);
  if (!key.symbol.empty() || home.text == nullptr) return result;
  for (const CellInGroup& place : cells_of(in.inventory)) {
    protocol::OutgoingCall call{item_of(in, place), {}};
    for (const CellUser& user : place.cell->writers) {
      if (CodeUnit{user.module, user.function} != unit) continue;
      call.ranges.push_back(range_in(in, home, name_of_access(home, user.range, place.cell->name)));
    }
    if (!call.ranges.empty()) result.push_back(call);
  }
  Places callees;
  for (const analysis::ReviewedCall& call : in.inventory.calls.calls) {
    if (call.caller == unit) callees[call.callee].push_back(call.range);
  }
  for (const auto& [callee, ranges] : callees) {
    const auto item = item_of(in, callee, {});
    if (!item) continue;
    protocol::OutgoingCall call{*item, {}};
    for (const TextRange range : ranges) call.ranges.push_back(range_in(in, home, range));
    result.push_back(call);
  }
  return result;
}

}  // namespace

void references(Session& session, const protocol::ReferenceParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [params](const ReviewedDocument& in) { return references_at(in, params); });
}

void prepare_call_hierarchy(Session& session, const protocol::PositionParams& params, Reply reply) {
  with_inventory(session, params.uri, std::move(reply),
                 [position = params.position](const ReviewedDocument& in) -> protocol::Json {
                   const auto cell = cell_at(in, position);
                   if (!cell) return nullptr;
                   return protocol::Json::array({item_of(in, *cell)});
                 });
}

void incoming_calls(Session& session, const protocol::CallHierarchyParams& params, Reply reply) {
  with_inventory(session, params.key.document, std::move(reply),
                 [key = params.key](const ReviewedDocument& in) { return incoming_calls_of(in, key); });
}

void outgoing_calls(Session& session, const protocol::CallHierarchyParams& params, Reply reply) {
  with_inventory(session, params.key.document, std::move(reply),
                 [key = params.key](const ReviewedDocument& in) { return outgoing_calls_of(in, key); });
}

}  // namespace server
