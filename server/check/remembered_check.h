// A check that begins with what the last one of the same paths has found out: only what changed since is looked at.
#pragma once

#include <string>
#include <vector>

#include "server/cache/facts_store.h"
#include "server/check/progress.h"
#include "server/check/reporter.h"
#include "server/workspace/file_finder.h"
#include "server/workspace/settings_store.h"

namespace server {

struct RememberedCheck {
  std::vector<std::string> paths;   // as the user spelled them
  bool wants_fixes = false;         // of the findings
  bool trusts_modification = true;  // a file of the same size and time of change is the same file
};

/// The report on the files, findings included: the same as that of `examine_files` and what follows it in a check, but
/// for the facts of files in which nothing was found, which may be missing. The store learns it.
[[nodiscard]] Report check_remembered(const RememberedCheck& check, FoundFiles found, SettingsStore& settings,
                                      const FactsStore& store, Workers& workers, Progress& progress);

}  // namespace server
