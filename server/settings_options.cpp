#include "server/settings_options.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "server/workspace/canonical_path.h"

namespace server {
namespace {

namespace fs = std::filesystem;

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

void add(SettingValue::Table& table, const char* key, SettingValue value) {
  std::erase_if(table, [&](const SettingEntry& entry) { return entry.key == key; });
  table.push_back({key, {}, std::move(value)});
}

void add_list(SettingValue::Table& table, const char* key, const std::vector<std::string>& texts) {
  if (!texts.empty()) add(table, key, setting_list(texts));
}

tl::expected<std::shared_ptr<const SettingsFile>, std::string> read_named(const std::string& path) {
  auto file = read_settings(canonical_path(path));
  if (file == nullptr) return tl::unexpected(fmt::format("{} has no table `[tool.threadlint]`", path));
  if (file->problems.empty()) return file;
  const SettingsProblem& problem = file->problems.front();
  return tl::unexpected(fmt::format("{}:{}:{}: {}", path, problem.place.row, problem.place.column, problem.message));
}

}  // namespace

tl::expected<SettingsStore, std::string> settings_of(const SettingsOptions& options) {
  SettingsStore store;
  SettingValue::Table table;
  std::vector<SettingsProblem> problems;
  for (const std::string& config : options.config) {
    if (is_file(config)) {
      auto file = read_named(config);
      if (!file) return tl::unexpected(file.error());
      store.use_file(*std::move(file));
      continue;
    }
    if (config.find('=') == std::string::npos) return tl::unexpected(fmt::format("there is no file {}", config));
    for (SettingEntry& entry : parse_inline_settings(config, problems))
      add(table, entry.key.c_str(), {.content = std::move(entry.value.content)});
    if (!problems.empty()) return tl::unexpected(fmt::format("`{}` {}", config, problems.front().message));
  }
  add_list(table, "select", options.select);
  add_list(table, "extend-select", options.extend_select);
  add_list(table, "ignore", options.ignore);
  if (options.preview) add(table, "preview", {.content = true});
  if (!options.baseline.empty()) add(table, "baseline", {.content = options.baseline});
  auto layer = make_layer(table, "the command line", canonical_path("."), problems);
  if (!problems.empty()) return tl::unexpected(problems.front().message);
  Override above;
  if (!layer->values.empty()) above.layer = std::move(layer);
  if (options.is_isolated) above.precedence = Precedence::instead_of_files;
  store.set_overrides(std::move(above));
  return store;
}

FoundFiles find_included_files(const std::vector<std::string>& paths, SettingsStore& settings, Workers& workers) {
  FoundFiles found = find_python_files(
      paths, workers, {.is_left_out = [&](const std::string& path) { return settings.is_left_out(path); }});
  // So that settings that are wrong are known before anything is read.
  for (const FoundFile& file : found.files) (void)settings.behind(canonical_path(file.path));
  return found;
}

bool are_settings_right(const SettingsStore& settings) {
  bool are_right = true;
  for (const auto& file : settings.files()) {
    for (const SettingsProblem& problem : file->problems) {
      are_right = false;
      fmt::print(stderr, "error: {}:{}:{}: {}\n", displayed_path(file->path), problem.place.row, problem.place.column,
                 problem.message);
    }
  }
  return are_right;
}

std::string displayed_path(const std::string& path) {
  const std::string below = fs::path(path).lexically_relative(canonical_path(".")).string();
  return below.empty() || below.starts_with("..") ? path : below;
}

}  // namespace server
