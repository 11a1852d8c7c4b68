#include "server/workspace/notebook.h"

#include <algorithm>
#include <utility>

#include "server/workspace/magic.h"

namespace server {
namespace {

/// The lines of the module that a position is in, also of the empty line behind a cell.
const CellLines* lines_at(const Notebook& notebook, std::int64_t line) {
  const auto next = std::ranges::upper_bound(notebook.module.cells, line, {}, &CellLines::first);
  if (next == notebook.module.cells.begin()) return nullptr;
  const CellLines& lines = *std::prev(next);
  return line <= lines.first + lines.count ? &lines : nullptr;
}

protocol::Position end_of(const NotebookCell& cell, analysis::ColumnUnit unit) {
  const auto size = static_cast<std::uint32_t>(cell.text->bytes().size());
  const analysis::LineColumn place = cell.text->locate(size, unit);
  return {place.line, place.column};
}

bool is_masked(const NotebookModule& module, const protocol::Range& range) {
  return std::ranges::any_of(module.masked_lines, [&](std::uint32_t line) {
    return range.start.line <= line && (line < range.end.line || (line == range.end.line && 0 < range.end.character));
  });
}

}  // namespace

NotebookCell* Notebook::find_cell(const std::string& cell_uri) {
  const auto found = std::ranges::find(cells, cell_uri, &NotebookCell::uri);
  return found == cells.end() ? nullptr : &*found;
}

NotebookModule make_module(const std::vector<NotebookCell>& cells) {
  NotebookModule module;
  std::uint32_t line = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const NotebookCell& cell = cells[i];
    if (!cell.is_code || !cell.is_python || cell.text == nullptr) continue;
    MaskedText masked = mask_magic(cell.text->bytes());
    if (!masked.text.ends_with('\n') && !masked.text.ends_with('\r')) masked.text += '\n';
    const analysis::LineIndex index(masked.text);
    const std::uint32_t count =
        index.locate(masked.text, static_cast<std::uint32_t>(masked.text.size()), analysis::ColumnUnit::utf8).line;
    for (const std::uint32_t masked_line : masked.lines) module.masked_lines.push_back(line + masked_line);
    module.cells.push_back({i, line, count});
    module.text += masked.text + '\n';
    line += count + 1;
  }
  return module;
}

std::optional<CellRange> to_cell(const Notebook& notebook, protocol::Range range, analysis::ColumnUnit unit) {
  const CellLines* const lines = lines_at(notebook, range.start.line);
  if (lines == nullptr) return {};
  const NotebookCell& cell = notebook.cells.at(lines->cell);
  const protocol::Position end = end_of(cell, unit);
  for (protocol::Position* const position : {&range.start, &range.end}) {
    position->line -= lines->first;
    *position = std::min(*position, end);
  }
  return CellRange{&cell, range};
}

std::optional<std::uint32_t> first_line_of(const Notebook& notebook, const std::string& cell_uri) {
  for (const CellLines& lines : notebook.module.cells) {
    if (notebook.cells.at(lines.cell).uri == cell_uri) return lines.first;
  }
  return {};
}

std::optional<CellEdit> to_cell(const Notebook& notebook, protocol::TextEdit edit, analysis::ColumnUnit unit) {
  const CellLines* const lines = lines_at(notebook, edit.range.start.line);
  if (lines == nullptr || lines != lines_at(notebook, edit.range.end.line)) return {};
  if (is_masked(notebook.module, edit.range)) return {};
  const NotebookCell& cell = notebook.cells.at(lines->cell);
  const protocol::Position end = end_of(cell, unit);
  const auto is_behind = [&](const protocol::Position& position) { return end.line < position.line - lines->first; };
  const bool begins_behind = is_behind(edit.range.start);
  const bool ends_behind = is_behind(edit.range.end);
  // The last line of a cell often ends without a line end, which the module has.
  if (ends_behind && edit.new_text.ends_with('\n')) edit.new_text.pop_back();
  if (begins_behind && !cell.text->bytes().empty()) edit.new_text.insert(0, "\n");
  const std::optional<CellRange> place = to_cell(notebook, edit.range, unit);
  return CellEdit{place->cell, {place->range, std::move(edit.new_text)}};
}

Notebook& NotebookStore::open(Notebook notebook) {
  return notebooks_.insert_or_assign(notebook.uri, std::move(notebook)).first->second;
}

void NotebookStore::close(const std::string& uri) { notebooks_.erase(uri); }

Notebook* NotebookStore::find(const std::string& uri) { return const_cast<Notebook*>(std::as_const(*this).find(uri)); }

const Notebook* NotebookStore::find(const std::string& uri) const {
  const auto found = notebooks_.find(uri);
  return found == notebooks_.end() ? nullptr : &found->second;
}

const Notebook* NotebookStore::find_by_cell(const std::string& cell_uri) const {
  for (const auto& [uri, notebook] : notebooks_) {
    if (std::ranges::find(notebook.cells, cell_uri, &NotebookCell::uri) != notebook.cells.end()) return &notebook;
  }
  return nullptr;
}

}  // namespace server
