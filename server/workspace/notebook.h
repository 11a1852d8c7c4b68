// Notebooks: the code cells of each are one module, and places in the module are places in cells.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/source_text.h"
#include "protocol/basic_types.h"

namespace server {

struct NotebookCell {
  std::string uri;
  bool is_code = true;
  bool is_python = false;  // false as long as there is no text
  std::optional<std::int64_t> version;
  std::shared_ptr<const analysis::SourceText> text;  // null: not known yet
};

/// Lines of a cell in the module.
struct CellLines {
  std::size_t cell = 0;  // index
  std::uint32_t first = 0;
  std::uint32_t count = 0;  // without the empty line that follows
};

/// The text of all Python cells, with an empty line after each. Lines that only IPython understands (`%run x`, `!ls`,
/// `name?`, all of a cell that begins with `%%html`) are replaced by ones that do nothing and are as long.
struct NotebookModule {
  std::string text;
  std::vector<CellLines> cells;             // in order
  std::vector<std::uint32_t> masked_lines;  // sorted
};

struct Notebook {
  std::string uri;
  std::vector<NotebookCell> cells;
  NotebookModule module;
  std::set<std::string> marked_cells = {};  // whose last publication was not empty

  [[nodiscard]] NotebookCell* find_cell(const std::string& cell_uri);
};

[[nodiscard]] NotebookModule make_module(const std::vector<NotebookCell>& cells);

/// A range within one cell.
struct CellRange {
  const NotebookCell* cell = nullptr;
  protocol::Range range;
};

/// Where a range of the module is; it ends with its cell at the latest. Nothing for lines that are in no cell.
[[nodiscard]] std::optional<CellRange> to_cell(const Notebook& notebook, protocol::Range range,
                                               analysis::ColumnUnit unit);

/// The line of the module that is the first of a cell. Nothing if the cell is not part of it.
[[nodiscard]] std::optional<std::uint32_t> first_line_of(const Notebook& notebook, const std::string& cell_uri);

/// An edit of one cell.
struct CellEdit {
  const NotebookCell* cell = nullptr;
  protocol::TextEdit edit;
};

/// Nothing when the edit can not be made in a cell: it reaches into another, or into a masked line, whose true text it
/// would lose.
[[nodiscard]] std::optional<CellEdit> to_cell(const Notebook& notebook, protocol::TextEdit edit,
                                              analysis::ColumnUnit unit);

/// The open notebooks by URI. Main thread only.
class NotebookStore {
 public:
  Notebook& open(Notebook notebook);
  void close(const std::string& uri);
  /// Null if no such notebook is open.
  [[nodiscard]] Notebook* find(const std::string& uri);
  [[nodiscard]] const Notebook* find(const std::string& uri) const;
  /// The notebook that a cell belongs to; null if there is none.
  [[nodiscard]] const Notebook* find_by_cell(const std::string& cell_uri) const;
  [[nodiscard]] bool is_empty() const { return notebooks_.empty(); }
  [[nodiscard]] const std::map<std::string, Notebook>& all() const { return notebooks_; }

 private:
  std::map<std::string, Notebook> notebooks_;
};

}  // namespace server
