// What a batch run has found, and the one type of the functions that turn it into output.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/analyze.h"
#include "server/check/text_style.h"
#include "server/workspace/file_error.h"

namespace server {

struct CheckedFile {
  std::string path;                                     // as the user spelled it
  std::string module;                                   // its name
  std::shared_ptr<const analysis::SourceText> text;     // null where nothing of it is shown
  std::shared_ptr<const analysis::ProjectModule> code;  // null where it was not looked at
  /// What is in force for it; never null.
  std::shared_ptr<const analysis::RuleSettings> settings = std::make_shared<analysis::RuleSettings>();
  bool has_bom = false;                          // a byte order mark, which `text` is without, begins the file
  std::vector<analysis::Finding> findings = {};  // by place, then rule; with their fixes if the output shows them
};

struct Report {
  std::vector<CheckedFile> files;                        // by path
  std::vector<FileError> errors;                         // by path
  std::unordered_map<std::string, std::size_t> modules;  // index in `files` by module name
};

/// The whole output, which ends in a newline unless it is empty.
using Reporter = std::string (*)(const Report& report, const TextStyle& style);

/// Source excerpts, interleavings and repairs, for reading.
[[nodiscard]] std::string full_report(const Report& report, const TextStyle& style);
/// One line per finding, for tools that know `path:row:column: message`.
[[nodiscard]] std::string concise_report(const Report& report, const TextStyle& style);
/// design.md §3.
[[nodiscard]] std::string json_report(const Report& report, const TextStyle& style);

/// How often each rule reports, most frequent first: a table, and the same as JSON.
[[nodiscard]] std::string statistics_report(const Report& report, const TextStyle& style);
[[nodiscard]] std::string json_statistics_report(const Report& report, const TextStyle& style);

/// The file that a step of one of `file`'s findings is in; `file` itself when its module was not checked.
[[nodiscard]] const CheckedFile& file_of(const Report& report, const CheckedFile& file, const analysis::Step& step);

[[nodiscard]] std::size_t finding_count(const Report& report);

/// The repair that is shown, and that `--fix` makes: of those that can be made the preferred one, else the best. Null:
/// none.
[[nodiscard]] const analysis::Fix* best_fix(const analysis::Finding& finding);

}  // namespace server
