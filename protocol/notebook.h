// Notebooks: the client tells of their cells, whose texts are synchronized together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/text_sync.h"

namespace protocol {

/// Its text comes apart.
struct NotebookCell {
  std::string uri;
  bool is_code = true;
};

struct DidOpenNotebookParams {
  std::string uri;
  std::vector<NotebookCell> cells;
  std::vector<DidOpenParams> texts;
};

/// `inserted` replace `deleted` cells from `start` on.
struct NotebookStructureChange {
  std::int64_t start = 0;
  std::int64_t deleted = 0;
  std::vector<NotebookCell> inserted;
  std::vector<DidOpenParams> opened;
  std::vector<std::string> closed;  // URIs
};

struct DidChangeNotebookParams {
  std::string uri;
  std::optional<NotebookStructureChange> structure;  // comes first
  std::vector<NotebookCell> data;                    // of cells that became code, or text
  std::vector<DidChangeParams> texts;
};

struct DidCloseNotebookParams {
  std::string uri;
};

void from_json(const Json& json, NotebookCell& cell);
void from_json(const Json& json, DidOpenNotebookParams& params);
void from_json(const Json& json, NotebookStructureChange& change);
void from_json(const Json& json, DidChangeNotebookParams& params);
void from_json(const Json& json, DidCloseNotebookParams& params);

}  // namespace protocol
