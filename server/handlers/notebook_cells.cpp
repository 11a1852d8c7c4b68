#include "server/handlers/notebook_cells.h"

#include <limits>
#include <optional>
#include <utility>

#include "protocol/json_fields.h"

namespace server {
namespace {

using protocol::Json;

/// What a range without a URI is about; empty when the request was not about a cell.
struct Asked {
  std::string notebook;
  std::string cell;
};

void move_lines(Json& place, std::int64_t lines) {
  Json& line = place["line"];
  const bool is_line = line.is_number_integer() && 0 <= line && line <= std::numeric_limits<std::uint32_t>::max();
  if (is_line) line = line.get<std::int64_t>() + lines;
}

void move_range(Json& range, std::int64_t lines) {
  if (!range.is_object()) return;
  for (const char* end : {"start", "end"}) {
    if (protocol::member_at(range, {end}).is_object()) move_lines(range[end], lines);
  }
}

/// One answer on its way to the client.
class ToCells {
 public:
  ToCells(const Session& session, Asked asked) : session_(session), asked_(std::move(asked)) {}

  /// The answer, and whether it can be told.
  bool move(Json& json) {
    if (json.is_array()) return move_list(json);
    if (!json.is_object()) return true;
    if (json.contains("edit")) return move_action(json);
    if (const auto uri = json.find("uri"); uri != json.end() && uri->is_string()) return move_location(json);
    if (json.contains("range") && !asked_.cell.empty()) return move_bare(json);
    for (Json& member : json) (void)move(member);
    return true;
  }

 private:
  bool move_list(Json& list) {
    Json kept = Json::array();
    for (Json& item : list) {
      if (move(item)) kept.push_back(std::move(item));
    }
    list = std::move(kept);
    return true;
  }

  /// `range`, and what lies in it.
  bool move_location(Json& json) {
    const Notebook* const notebook = session_.notebooks.find(json["uri"].get<std::string>());
    if (notebook == nullptr || !json.contains("range")) return true;
    const auto place = to_cell(*notebook, json["range"].get<protocol::Range>(), unit());
    if (!place) return false;
    json["uri"] = place->cell->uri;
    json["range"] = place->range;
    if (json.contains("selectionRange")) {
      const auto selection = to_cell(*notebook, json["selectionRange"].get<protocol::Range>(), unit());
      json["selectionRange"] = selection ? selection->range : place->range;
    }
    return true;
  }

  /// False when it is in another cell.
  bool move_bare(Json& json) {
    const Notebook* const notebook = session_.notebooks.find(asked_.notebook);
    if (notebook == nullptr) return false;
    const auto place = to_cell(*notebook, json["range"].get<protocol::Range>(), unit());
    if (!place || place->cell->uri != asked_.cell) return false;
    json["range"] = place->range;
    if (json.contains("relatedInformation")) (void)move(json["relatedInformation"]);
    if (json.contains("location")) (void)move(json["location"]);
    return true;
  }

  bool move_action(Json& action) {
    if (action.contains("diagnostics")) (void)move(action["diagnostics"]);
    Json& edit = action["edit"];
    return move_document_edits(edit) && move_changes(edit);
  }

  bool move_document_edits(Json& edit) {
    const auto documents = edit.find("documentChanges");
    if (documents == edit.end()) return true;
    Json moved = Json::array();
    for (Json& document : *documents) {
      const Json& uri = protocol::member_at(document, {"textDocument", "uri"});
      const Notebook* const notebook = uri.is_string() ? session_.notebooks.find(uri.get<std::string>()) : nullptr;
      if (notebook == nullptr) {
        moved.push_back(std::move(document));
        continue;
      }
      const auto by_cell = split(*notebook, document["edits"]);
      if (!by_cell) return false;
      for (const auto& [cell, edits] : *by_cell) {
        const Json version = cell->version ? Json(*cell->version) : Json();
        moved.push_back({{"textDocument", {{"uri", cell->uri}, {"version", version}}}, {"edits", edits}});
      }
    }
    *documents = std::move(moved);
    return true;
  }

  bool move_changes(Json& edit) {
    const auto changes = edit.find("changes");
    if (changes == edit.end()) return true;
    Json moved = Json::object();
    for (const auto& [uri, edits] : changes->items()) {
      const Notebook* const notebook = session_.notebooks.find(uri);
      if (notebook == nullptr) {
        moved[uri] = edits;
        continue;
      }
      const auto by_cell = split(*notebook, edits);
      if (!by_cell) return false;
      for (const auto& [cell, cell_edits] : *by_cell) moved[cell->uri] = cell_edits;
    }
    *changes = std::move(moved);
    return true;
  }

  /// Nothing when one of the edits can not be made.
  std::optional<std::map<const NotebookCell*, Json>> split(const Notebook& notebook, const Json& edits) const {
    std::map<const NotebookCell*, Json> by_cell;
    for (const Json& json : edits) {
      auto moved = to_cell(notebook, {json.at("range").get<protocol::Range>(), json.at("newText")}, unit());
      if (!moved) return {};
      Json one = std::move(moved->edit);
      if (json.contains("annotationId")) one["annotationId"] = json["annotationId"];
      by_cell.try_emplace(moved->cell, Json::array()).first->second.push_back(std::move(one));
    }
    return by_cell;
  }

  [[nodiscard]] analysis::ColumnUnit unit() const { return session_.conversion.unit; }

  const Session& session_;
  Asked asked_;
};

/// Into the module.
Asked move_params(const Session& session, Json& params) {
  const Json& uri = protocol::member_at(params, {"textDocument", "uri"});
  const Notebook* const notebook = uri.is_string() ? session.notebooks.find_by_cell(uri.get<std::string>()) : nullptr;
  if (notebook == nullptr) return {};
  const Asked asked{notebook->uri, uri.get<std::string>()};
  const auto first = first_line_of(*notebook, asked.cell);
  if (!first) return {};
  params["textDocument"]["uri"] = asked.notebook;
  const std::int64_t lines = *first;
  if (protocol::member_at(params, {"position"}).is_object()) move_lines(params["position"], lines);
  if (params.contains("range")) move_range(params["range"], lines);
  if (protocol::member_at(params, {"context", "diagnostics"}).is_array()) {
    for (Json& diagnostic : params["context"]["diagnostics"]) {
      if (protocol::member_at(diagnostic, {"range"}).is_object()) move_range(diagnostic["range"], lines);
    }
  }
  return asked;
}

}  // namespace

void adapt_to_notebooks(Session& session, protocol::Json& params, Reply& reply) {
  if (session.notebooks.is_empty()) return;
  reply.set_finish([&session, asked = move_params(session, params)](Json result) {
    return ToCells(session, asked).move(result) ? result : Json();
  });
}

}  // namespace server
