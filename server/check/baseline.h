// `check --write-baseline`: the file of findings that are known and not reported again.
#pragma once

#include <string>

#include "server/check/reporter.h"
#include "server/workspace/settings_store.h"

namespace server {

/// All findings of a report. Those who read it back need the fingerprints; the rest is for people.
[[nodiscard]] std::string baseline_text(const Report& report);

/// The file that settings name as the baseline of the current folder; empty when they name none.
[[nodiscard]] std::string baseline_path(SettingsStore& settings);

/// Known findings are reported as well.
void forget_baseline(Report& report);

}  // namespace server
