#include "server/check/current_file.h"

#include <chrono>
#include <map>
#include <utility>

#include "analysis/storage/stored.h"
#include "server/cache/known_facts.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/module_name.h"

namespace server {
namespace {

/// A file that was written so shortly before it was read may be written again without a new time of change.
constexpr std::int64_t settling_nanoseconds = 2'000'000'000;

std::int64_t nanoseconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

bool has_known_name(const CurrentFile& file) { return file.known != nullptr && file.known->module == file.module; }

}  // namespace

void read_anyway(CurrentFile& file) {
  file.is_same = false;
  auto bytes = read_bytes(file.found.path);
  if (!bytes) {
    file.error = bytes.error();
    return;
  }
  file.content = digest_of_bytes(*bytes);
  file.is_same = has_known_name(file) && file.known->content == file.content;
  auto source = decode_source(*std::move(bytes));
  if (source) {
    file.source = *std::move(source);
  } else {
    file.error = source.error();
  }
}

std::vector<CurrentFile> compare_files(std::vector<FoundFile> found, const std::vector<KnownFile>& known,
                                       bool trusts_modification, SettingsStore& settings, Workers& workers) {
  const std::int64_t now = nanoseconds_now();
  ModuleNames naming;
  std::map<const analysis::RuleSettings*, std::uint64_t> digests;
  std::vector<CurrentFile> files;
  files.reserve(found.size());
  auto at = known.begin();
  for (FoundFile& each : found) {
    CurrentFile& file = files.emplace_back();
    file.found = std::move(each);
    while (at != known.end() && at->path < file.found.path) ++at;
    if (at != known.end() && at->path == file.found.path) file.known = &*at;
    file.is_settled = file.found.modified + settling_nanoseconds < now;
    file.module = naming.of(file.found.path);
    file.settings = settings.of(canonical_path(file.found.path)).rules;
    const auto [digest, is_new] = digests.try_emplace(file.settings.get());
    if (is_new) digest->second = analysis::digest_of(*file.settings);
    file.settings_digest = digest->second;
  }
  const auto compare = [&](std::size_t i, unsigned /*worker*/) {
    CurrentFile& file = files[i];
    if (has_known_name(file) && trusts_modification && file.known->is_settled && file.known->size == file.found.size &&
        file.known->modified == file.found.modified) {
      file.is_same = true;
      file.content = file.known->content;
      return;
    }
    read_anyway(file);
    if (file.is_same) file.source.reset();  // most are not asked for
  };
  for_each_index(workers, files.size(), compare);
  return files;
}

}  // namespace server
