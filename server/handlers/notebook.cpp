// Keeps the open notebooks as the client has them; each is one document, that of its module.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/diagnostics_text.h"
#include "server/convert/from_protocol.h"
#include "server/handlers/handlers.h"

namespace server {
namespace {

void set_text(Notebook& notebook, const protocol::DidOpenParams& opened) {
  NotebookCell* const cell = notebook.find_cell(opened.uri);
  if (cell == nullptr) return;
  cell->is_python = opened.language == "python";
  cell->version = opened.version;
  cell->text = analysis::make_source_text(opened.text);
}

NotebookCell cell_of(const protocol::NotebookCell& cell) {
  return {.uri = cell.uri, .is_code = cell.is_code, .version = {}, .text = {}};
}

/// False when there are no such cells.
bool change_structure(Notebook& notebook, const protocol::NotebookStructureChange& change) {
  const auto size = static_cast<std::int64_t>(notebook.cells.size());
  const bool is_inside =
      0 <= change.start && change.start <= size && 0 <= change.deleted && change.deleted <= size - change.start;
  if (!is_inside) return false;
  const auto first = notebook.cells.begin() + change.start;
  // Cells that only move are deleted and inserted, and their texts are not sent again.
  std::vector<NotebookCell> removed(first, first + change.deleted);
  auto place = notebook.cells.erase(first, first + change.deleted);
  for (const protocol::NotebookCell& inserted : change.inserted) {
    const auto known = std::ranges::find(removed, inserted.uri, &NotebookCell::uri);
    NotebookCell cell = known == removed.end() ? cell_of(inserted) : std::move(*known);
    cell.is_code = inserted.is_code;
    place = std::next(notebook.cells.insert(place, std::move(cell)));
  }
  for (const protocol::DidOpenParams& opened : change.opened) set_text(notebook, opened);
  return true;
}

/// What is wrong; empty: nothing.
std::string change_text(Notebook& notebook, const protocol::DidChangeParams& change, analysis::ColumnUnit unit) {
  NotebookCell* const cell = notebook.find_cell(change.uri);
  if (cell == nullptr || cell->text == nullptr) return fmt::format("there is no cell `{}`", change.uri);
  analysis::TextDraft draft(cell->text);
  std::string problem = apply_changes(draft, change.changes, unit);
  if (!problem.empty()) return problem;
  cell->text = draft.text();
  cell->version = change.version;
  return {};
}

/// What we would say about a text that the client does not have could only mislead.
void lose(Session& session, Notebook& notebook, const std::string& why) {
  const std::string message =
      fmt::format("`{}` is not analysed until it is opened again: a change does not fit, {}", notebook.uri, why);
  session.log.error("{}", message);
  session.client.log_message(protocol::MessageType::error, message);
  if (Document* const document = session.workspace.documents.find(notebook.uri)) document->is_out_of_sync = true;
  session.scheduler.forget(notebook.uri);
  clear_diagnostics(session, notebook.uri, {});
  notebook.module = {};  // its places are those of other cells
  session.status.trouble(message);
}

void forget_cells(Session& session, Notebook& notebook, const std::vector<std::string>& uris) {
  for (const std::string& uri : uris) {
    if (notebook.marked_cells.erase(uri) == 0) continue;
    session.client.notify(protocol::publish_diagnostics_body(uri, {}, protocol::diagnostics_text({})));
  }
}

}  // namespace

void did_open_notebook(Session& session, const protocol::DidOpenNotebookParams& params) {
  Notebook notebook{.uri = params.uri, .cells = {}, .module = {}};
  for (const protocol::NotebookCell& cell : params.cells) notebook.cells.push_back(cell_of(cell));
  for (const protocol::DidOpenParams& text : params.texts) set_text(notebook, text);
  notebook.module = make_module(notebook.cells);
  const std::string text = notebook.module.text;
  session.notebooks.open(std::move(notebook));
  Document& document = session.workspace.documents.open({params.uri, "python", {}, text});
  document.is_notebook = true;
  if (is_analysed(document)) session.scheduler.opened(document);
}

void did_change_notebook(Session& session, const protocol::DidChangeNotebookParams& params) {
  Notebook* const notebook = session.notebooks.find(params.uri);
  Document* const document = session.workspace.documents.find(params.uri);
  if (notebook == nullptr || document == nullptr) {
    return session.log.error("a change of the notebook `{}`, which is not open", params.uri);
  }
  if (document->is_out_of_sync) return;
  if (params.structure) {
    if (!change_structure(*notebook, *params.structure)) return lose(session, *notebook, "there are no such cells");
    forget_cells(session, *notebook, params.structure->closed);
  }
  for (const protocol::NotebookCell& data : params.data) {
    if (NotebookCell* const cell = notebook->find_cell(data.uri)) cell->is_code = data.is_code;
  }
  for (const protocol::DidChangeParams& change : params.texts) {
    const std::string problem = change_text(*notebook, change, session.conversion.unit);
    if (!problem.empty()) return lose(session, *notebook, problem);
  }
  notebook->module = make_module(notebook->cells);
  document->draft = analysis::TextDraft(analysis::make_source_text(notebook->module.text));
  session.workspace.documents.changed(*document, {});
  if (is_analysed(*document)) session.scheduler.changed(*document);
}

void did_save_notebook(Session& session, const protocol::Json& /*params*/) {
  if (session.file_watcher.is_blind()) session.scan.walk_again();
}

void did_close_notebook(Session& session, const protocol::DidCloseNotebookParams& params) {
  Notebook* const notebook = session.notebooks.find(params.uri);
  if (notebook == nullptr) return session.log.error("the notebook `{}` is closed, but was not open", params.uri);
  session.scheduler.forget(params.uri);
  session.inventories.erase(params.uri);
  session.workspace.documents.close(params.uri);
  clear_diagnostics(session, params.uri, {});
  session.notebooks.close(params.uri);
}

void publish_to_cells(Session& session, Notebook& notebook, const std::vector<protocol::Diagnostic>& items) {
  const analysis::ColumnUnit unit = session.conversion.unit;
  std::map<std::string, std::vector<protocol::Diagnostic>> by_cell;
  for (protocol::Diagnostic diagnostic : items) {
    const auto place = to_cell(notebook, diagnostic.range, unit);
    if (!place) continue;
    diagnostic.range = place->range;
    for (protocol::RelatedInformation& related : diagnostic.related) {
      if (related.location.uri != notebook.uri) continue;
      const auto step = to_cell(notebook, related.location.range, unit);
      if (step) related.location = {step->cell->uri, step->range};
    }
    by_cell[place->cell->uri].push_back(std::move(diagnostic));
  }
  for (const NotebookCell& cell : notebook.cells) {
    const std::vector<protocol::Diagnostic>& diagnostics = by_cell[cell.uri];
    const bool was_marked = notebook.marked_cells.erase(cell.uri) != 0;
    if (diagnostics.empty() && !was_marked) continue;
    if (!diagnostics.empty()) notebook.marked_cells.insert(cell.uri);
    const auto version = session.conversion.capabilities.diagnostic_versions ? cell.version : std::nullopt;
    session.client.notify(
        protocol::publish_diagnostics_body(cell.uri, version, protocol::diagnostics_text(diagnostics)));
  }
}

}  // namespace server
