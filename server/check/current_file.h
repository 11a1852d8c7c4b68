// The files of a check as they are now, beside what the last check has found out about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "server/cache/known_file.h"
#include "server/workspace/file_finder.h"
#include "server/workspace/settings_store.h"
#include "server/workspace/source_file.h"
#include "server/workspace/workers.h"

namespace server {

struct CurrentFile {
  FoundFile found;
  std::string module;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::uint64_t settings_digest = 0;
  const KnownFile* known = nullptr;  // null: it is new
  bool is_same = false;              // its bytes and its module's name are those that are known
  bool is_settled = false;           // who writes it from now on changes its time
  std::uint64_t content = 0;         // digest of the bytes
  std::optional<SourceFile> source;  // of those that were read; the text moves on into `facts`
  std::string error;                 // why it cannot be read
  std::optional<analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectModule> module_code;  // in place of `facts`, where all files are looked at

  [[nodiscard]] bool can_be_read() const { return is_same || source.has_value(); }
  [[nodiscard]] bool has_known_settings() const { return known != nullptr && known->settings == settings_digest; }
  /// What is known of it, the time included, is what there is to know.
  [[nodiscard]] bool is_known_as_it_is() const {
    return is_same && known->is_settled && known->modified == found.modified && has_known_settings();
  }
};

/// Reads those that may have changed; with `trusts_modification` a file of the same size and time of change has not.
/// `known` is by path, as the result is, and outlives it.
[[nodiscard]] std::vector<CurrentFile> compare_files(std::vector<FoundFile> found, const std::vector<KnownFile>& known,
                                                     bool trusts_modification, SettingsStore& settings,
                                                     Workers& workers);

/// Reads a file, whatever is known of it, and tells again whether it is the same.
void read_anyway(CurrentFile& file);

}  // namespace server
