// The stages of a batch run (architecture c.6), each parallel, each with a result that does not depend on the threads.
#pragma once

#include <string>
#include <vector>

#include "server/cache/facts_store.h"
#include "server/check/progress.h"
#include "server/check/reporter.h"
#include "server/workspace/file_finder.h"
#include "server/workspace/settings_store.h"
#include "server/workspace/source_file.h"

namespace server {

/// As `examine_files` keeps it, without findings.
[[nodiscard]] CheckedFile checked_file(std::string path, const analysis::ModuleFacts& facts);

/// Reads and examines every file. Those that cannot be read are among the errors of the report instead of its files.
/// What `store` knows of a text is not found out again.
[[nodiscard]] Report examine_files(FoundFiles found, const FactsStore& store, Workers& workers, Progress& progress);

/// A report on one text that is in no file, as if it were in the file `path`.
[[nodiscard]] Report examine_text(const std::string& path, const tl::expected<SourceFile, std::string>& source);

/// Fills in the settings of every file.
void set_settings(Report& report, SettingsStore& settings);

[[nodiscard]] analysis::ProjectIndex join_modules(const Report& report);

/// Fills in the findings of every file.
void find_all_problems(Report& report, const analysis::ProjectIndex& project, Workers& workers, Progress& progress);

/// The inventory of every file.
[[nodiscard]] std::vector<analysis::Inventory> review_all(const Report& report, const analysis::ProjectIndex& project,
                                                          Workers& workers, Progress& progress);

/// Fills in the fixes of every finding.
void find_all_fixes(Report& report, const analysis::ProjectIndex& project, Workers& workers, Progress& progress);

}  // namespace server
