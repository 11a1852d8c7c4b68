#include "server/workspace/settings_store.h"

#include <sys/stat.h>

#include <algorithm>

namespace server {
namespace {

/// Of an absolute path; empty for the root.
std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_same(const SettingsFile& left, const SettingsFile& right) {
  if (left.text != right.text || left.problems != right.problems) return false;
  return left.layer == right.layer ||
         (left.layer != nullptr && right.layer != nullptr && left.layer->baseline == right.layer->baseline);
}

bool is_below(const std::string& file, const std::string& folder) {
  return file.starts_with(folder) && (folder.ends_with('/') || file.substr(folder.size(), 1) == "/");
}

}  // namespace

void SettingsStore::use_file(FilePointer file) {
  only_file_ = std::move(file);
  combined_.clear();
}

void SettingsStore::set_overrides(Override common, std::map<std::string, Override> by_folder) {
  common_ = std::move(common);
  by_folder_ = std::move(by_folder);
  combined_.clear();
}

SettingsStore::Stamp SettingsStore::stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, static_cast<std::uint64_t>(status.st_size), status.st_ino};
}

SettingsStore::FilePointer SettingsStore::file_in(const std::string& folder) {
  for (const std::string_view name : settings_file_names) {
    const std::string path = folder + "/" + std::string(name);
    const auto known = read_.find(path);
    if (known != read_.end() && known->second.file != nullptr) return known->second.file;
    if (known != read_.end() || !exists(path)) continue;
    const Stamp stamp = stamp_of(path);  // before it is read: what comes later is seen as new
    const FilePointer file = read_settings(path);
    read_[path] = {file, stamp};
    if (file != nullptr) return file;
  }
  return nullptr;
}

SettingsStore::FilePointer SettingsStore::file_for(const std::string& folder) {
  const auto known = folders_.find(folder);
  if (known != folders_.end()) return known->second;
  FilePointer file = file_in(folder);
  // What stands above the top of a repository belongs to another project.
  const bool is_top = folder.empty() || exists(folder + "/.git");
  if (file == nullptr && !is_top) file = file_for(folder_of(folder));
  return folders_[folder] = file;
}

const Override& SettingsStore::override_for(const std::string& file) const {
  const Override* closest = &common_;
  std::size_t longest = 0;
  for (const auto& [folder, each] : by_folder_) {
    if (folder.size() < longest || !is_below(file, folder)) continue;
    closest = &each;
    longest = folder.size();
  }
  return *closest;
}

std::shared_ptr<const Settings> SettingsStore::behind(const std::string& file) {
  const Override& above = override_for(file);
  const bool has_file = above.precedence != Precedence::instead_of_files && file.starts_with('/');
  const FilePointer found = only_file_ != nullptr ? only_file_ : has_file ? file_for(folder_of(file)) : nullptr;
  const std::shared_ptr<const SettingsLayer> layer = found == nullptr ? nullptr : found->layer;
  std::shared_ptr<const Settings>& known = combined_[{layer.get(), above.layer.get(), above.precedence}];
  if (known != nullptr) return known;
  std::vector<std::shared_ptr<const SettingsLayer>> layers;
  if (layer != nullptr) layers.push_back(layer);
  if (above.layer != nullptr)
    layers.insert(above.precedence == Precedence::below_files ? layers.begin() : layers.end(), above.layer);
  Settings settings = combine(std::move(layers));
  settings.rules = shared(std::move(settings.rules));
  return known = std::make_shared<const Settings>(std::move(settings));
}

SettingsStore::Rules SettingsStore::shared(Rules rules) {
  const auto known = std::ranges::find_if(rules_, [&](const Rules& each) { return *each == *rules; });
  return known != rules_.end() ? *known : rules_.emplace_back(std::move(rules));
}

SettingsStore::Rules SettingsStore::rules_for(const Settings& settings, const std::string& file) {
  auto ignored = ignored_in(settings, file);
  if (ignored.empty()) return settings.rules;
  analysis::RuleSettings rules = *settings.rules;
  rules.ignored.merge(std::move(ignored));
  return shared(std::make_shared<const analysis::RuleSettings>(std::move(rules)));
}

FileSettings SettingsStore::of(const std::string& file) {
  const std::shared_ptr<const Settings> settings = behind(file);
  return {.rules = rules_for(*settings, file),
          .is_excluded = !override_for(file).is_enabled || is_excluded(*settings, file)};
}

bool SettingsStore::is_left_out(const std::string& path) {
  return !override_for(path).is_enabled || is_excluded(*behind(path), path);
}

bool SettingsStore::is_outdated(const std::string& file) const {
  if (!file.starts_with('/') || only_file_ != nullptr) return false;
  for (std::string folder = folder_of(file);; folder = folder_of(folder)) {
    for (const std::string_view name : settings_file_names) {
      const std::string path = folder + "/" + std::string(name);
      const auto known = read_.find(path);
      if (known == read_.end() ? exists(path) : known->second.stamp != stamp_of(path)) return true;
      if (known != read_.end() && known->second.file != nullptr) return false;
    }
    if (folder.empty() || exists(folder + "/.git")) return false;
  }
}

void SettingsStore::read_again() {
  for (auto& [path, known] : read_) {
    known.stamp = stamp_of(path);
    FilePointer now = read_settings(path, known.file.get());
    // What says the same is the same, so that nothing is done for it.
    if (now != nullptr && known.file != nullptr && is_same(*now, *known.file)) continue;
    known.file = std::move(now);
  }
  std::erase_if(read_, [](const auto& entry) { return entry.second.file == nullptr; });
  folders_.clear();
  combined_.clear();
}

void SettingsStore::adopt(const SettingsStore& copy) {
  for (const auto& [path, known] : copy.read_) read_.try_emplace(path, known);
}

std::vector<std::shared_ptr<const SettingsFile>> SettingsStore::files() const {
  std::vector<FilePointer> files;
  for (const auto& [path, known] : read_) {
    if (known.file != nullptr) files.push_back(known.file);
  }
  return files;
}

bool SettingsStore::depends_on(const std::string& file) const {
  if (is_settings_file_name(std::string_view(file).substr(file.rfind('/') + 1))) return true;
  const auto names = [&](const SettingsLayer& layer) {
    const auto baseline = layer.values.find("baseline");
    return baseline != layer.values.end() &&
           path_in(layer.folder, std::get<std::string>(baseline->second.content)) == file;
  };
  return std::ranges::any_of(read_, [&](const auto& entry) {
    const FilePointer& known = entry.second.file;
    return known != nullptr && known->layer != nullptr && names(*known->layer);
  });
}

}  // namespace server
