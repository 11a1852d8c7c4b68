#include "server/workspace/settings.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <ranges>
#include <utility>

#include "analysis/rules/registry.h"

namespace server {
namespace {

using analysis::RuleSettings;
using Layers = std::span<const std::shared_ptr<const SettingsLayer>>;
using Names = std::set<std::string, std::less<>>;

/// The rules that a list names.
Names rules_in(const std::vector<std::string>& list) {
  Names names;
  for (const std::string& name : list) {
    if (name != "ALL") {
      names.insert(name);
      continue;
    }
    for (const analysis::Rule* rule : analysis::all_rules()) names.emplace(rule->info.name);
  }
  return names;
}

Names rules_in(const SettingsLayer& layer, std::string_view key) {
  const auto found = layer.values.find(key);
  return found == layer.values.end() ? Names() : rules_in(texts_of(found->second));
}

template <class Value>
std::optional<Value> value_of(Layers layers, std::string_view key) {
  const FoundSetting found = find_value(layers, key);
  return found.value == nullptr ? std::nullopt : std::optional(std::get<Value>(found.value->content));
}

std::vector<std::string> list_of(Layers layers, std::string_view key) {
  const FoundSetting found = find_value(layers, key);
  return found.value == nullptr ? std::vector<std::string>() : texts_of(*found.value);
}

/// `shop.locks.Latch` is `Latch`.
Names last_parts(const std::vector<std::string>& dotted) {
  Names names;
  for (const std::string& name : dotted) names.insert(name.substr(name.rfind('.') + 1));
  return names;
}

void choose_rules(Layers layers, RuleSettings& rules) {
  Names chosen;
  for (const analysis::Rule* rule : analysis::all_rules()) {
    if (is_enabled(rules, *rule)) chosen.emplace(rule->info.name);
  }
  const Names all = chosen;
  for (const auto& layer : layers) {
    if (Names selected = rules_in(*layer, "select"); !selected.empty()) chosen = std::move(selected);
    chosen.merge(rules_in(*layer, "extend-select"));
    for (const std::string& name : rules_in(*layer, "ignore")) chosen.erase(name);
  }
  if (chosen == all) return;
  // To the analysis, no choice means all.
  if (chosen.empty()) rules.ignored = all;
  rules.selected = std::move(chosen);
}

/// The minor version in `py311`; 2 for `py27` and nothing: older than what matters.
int minor_version(const std::optional<std::string>& target) {
  int version = 0;
  if (!target || !target->starts_with("py3")) return 2;
  std::from_chars(target->data() + 3, target->data() + target->size(), version);
  return version;
}

void set_severities(Layers layers, RuleSettings& rules) {
  const auto table = value_of<SettingValue::Table>(layers, "severity");
  if (!table) return;
  for (const SettingEntry& entry : *table) {
    if (const auto severity = severity_named(std::get<std::string>(entry.value.content)))
      rules.severities.emplace(entry.key, *severity);
  }
}

void set_patterns(Layers layers, Settings& settings) {
  const FoundSetting exclude = find_value(layers, "exclude");
  if (exclude.value != nullptr) {
    for (std::string& pattern : texts_of(*exclude.value))
      settings.exclude.push_back({exclude.layer->folder, std::move(pattern)});
  }
  const FoundSetting ignores = find_value(layers, "per-file-ignores");
  if (ignores.value == nullptr) return;
  for (const SettingEntry& entry : std::get<SettingValue::Table>(ignores.value->content))
    settings.per_file_ignores.push_back({{ignores.layer->folder, entry.key}, texts_of(entry.value)});
}

}  // namespace

Settings combine(std::vector<std::shared_ptr<const SettingsLayer>> all) {
  Settings settings;
  settings.layers = std::move(all);
  const Layers layers = settings.layers;
  RuleSettings rules;
  rules.preview = value_of<bool>(layers, "preview").value_or(false);
  choose_rules(layers, rules);
  set_severities(layers, rules);
  if (value_of<std::string>(layers, "threads") == "evidence") rules.threads = analysis::ThreadsProfile::evidence;
  constexpr int first_with_late_switches = 10;
  constexpr int first_with_careful_defaultdict = 15;
  const int oldest_python = minor_version(value_of<std::string>(layers, "target-version"));
  rules.has_recent_gil =
      !value_of<bool>(layers, "free-threaded").value_or(true) && first_with_late_switches <= oldest_python;
  rules.defaultdict_keeps_first = first_with_careful_defaultdict <= oldest_python;
  rules.added = {.lock_types = last_parts(list_of(layers, "lock-types")),
                 .thread_safe_types = last_parts(list_of(layers, "thread-safe-types")),
                 .entry_points = list_of(layers, "entry-points")};
  if (const FoundSetting baseline = find_value(layers, "baseline"); baseline.layer != nullptr)
    rules.baseline = baseline.layer->baseline;
  settings.rules = std::make_shared<const RuleSettings>(std::move(rules));
  set_patterns(layers, settings);
  return settings;
}

FoundSetting find_value(Layers layers, std::string_view key) {
  for (const auto& layer : std::views::reverse(layers)) {
    const auto found = layer->values.find(key);
    if (found != layer->values.end()) return {layer.get(), &found->second};
  }
  return {};
}

Names ignored_in(const Settings& settings, std::string_view file) {
  Names ignored;
  for (const PatternRules& each : settings.per_file_ignores) {
    if (fits(each.pattern, file)) ignored.merge(rules_in(each.rules));
  }
  return ignored;
}

bool is_excluded(const Settings& settings, std::string_view path) {
  return std::ranges::any_of(settings.exclude, [&](const PathPattern& pattern) { return fits(pattern, path); });
}

}  // namespace server
