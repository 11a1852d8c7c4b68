#include "protocol/notebook.h"

#include "protocol/json_fields.h"

namespace protocol {
namespace {

constexpr std::int64_t code_kind = 2;

std::vector<DidOpenParams> opened_texts(const Json& documents) {
  std::vector<DidOpenParams> texts;
  for (const Json& document : documents) texts.push_back(Json{{"textDocument", document}}.get<DidOpenParams>());
  return texts;
}

}  // namespace

void from_json(const Json& json, NotebookCell& cell) {
  cell.uri = required<std::string>(json, "document");
  cell.is_code = required<std::int64_t>(json, "kind") == code_kind;
}

void from_json(const Json& json, DidOpenNotebookParams& params) {
  const Json& notebook = json.at("notebookDocument");
  params.uri = required<std::string>(notebook, "uri");
  params.cells = required<std::vector<NotebookCell>>(notebook, "cells");
  params.texts = opened_texts(json.at("cellTextDocuments"));
}

void from_json(const Json& json, NotebookStructureChange& change) {
  const Json& array = json.at("array");
  change.start = required<std::int64_t>(array, "start");
  change.deleted = required<std::int64_t>(array, "deleteCount");
  if (auto cells = optional<std::vector<NotebookCell>>(array, "cells")) change.inserted = *std::move(cells);
  change.opened = opened_texts(member_at(json, {"didOpen"}));
  for (const Json& closed : member_at(json, {"didClose"}))
    change.closed.push_back(required<std::string>(closed, "uri"));
}

void from_json(const Json& json, DidChangeNotebookParams& params) {
  params.uri = required<std::string>(json.at("notebookDocument"), "uri");
  const Json& cells = member_at(json.at("change"), {"cells"});
  params.structure = optional<NotebookStructureChange>(cells, "structure");
  if (auto data = optional<std::vector<NotebookCell>>(cells, "data")) params.data = *std::move(data);
  for (const Json& text : member_at(cells, {"textContent"})) {
    const Json change = {{"textDocument", text.at("document")}, {"contentChanges", text.at("changes")}};
    params.texts.push_back(change.get<DidChangeParams>());
  }
}

void from_json(const Json& json, DidCloseNotebookParams& params) {
  params.uri = required<std::string>(json.at("notebookDocument"), "uri");
}

}  // namespace protocol
