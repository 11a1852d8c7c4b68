// How long it takes until a change of a name that other modules use has reached all open documents, and what a project
// costs in memory once its files were read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/corpus.h"

namespace bench {

struct PropagationReport {
  std::size_t modules = 0;        // of the project that is edited
  std::size_t users = 0;          // of the name that is edited
  std::size_t open = 0;           // those of them that are open
  std::size_t others = 0;         // modules that had new diagnostics and are no users: most in one edit
  std::size_t bytes = 0;          // of the edited file
  double parse = 0;               // bare tree-sitter, of the edited file; median in milliseconds
  std::vector<double> edits;      // milliseconds each, until the diagnostics of the last open user are back
  std::vector<double> all_edits;  // the same of the last user, open or not
  std::vector<double> unseen;     // the same for edits that no other module can see, until those of the file are back
  std::size_t project_files = 0;
  std::size_t project_bytes = 0;  // of the sources of the corpus
  double project_memory = 0;      // bytes that the server holds more when it has read them
  double project_read = 0;        // milliseconds until it has
  double project_parse = 0;       // bare tree-sitter, all files on one thread
};

/// Drives `threadlint server` as a child, debounce off. Nothing when the server ends or answers nonsense.
[[nodiscard]] std::optional<PropagationReport> measure_propagation(const Corpus& corpus, std::size_t runs);

}  // namespace bench
