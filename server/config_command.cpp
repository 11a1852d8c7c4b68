#include "server/config_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "analysis/rules/registry.h"
#include "protocol/json.h"
#include "server/check/output.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/setting_keys.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

Json names_of_rules() {
  Json names = Json::array();
  for (const analysis::Rule* rule : analysis::all_rules()) names.push_back(rule->info.name);
  return names;
}

Json rule_list() {
  Json names = names_of_rules();
  names.push_back("ALL");
  return {{"type", "array"}, {"items", {{"enum", std::move(names)}}}};
}

Json type_of(const SettingKey& key) {
  switch (key.type) {
    case SettingType::flag:
      return {{"type", "boolean"}};
    case SettingType::word:
      return {{"enum", words_of(key)}};
    case SettingType::path:
      return {{"type", "string"}, {"minLength", 1}};
    case SettingType::names:
    case SettingType::patterns:
      return {{"type", "array"}, {"items", {{"type", "string"}, {"minLength", 1}}}};
    case SettingType::rules:
      return rule_list();
    case SettingType::severities:
      return {{"type", "object"},
              {"propertyNames", {{"enum", names_of_rules()}}},
              {"additionalProperties", {{"enum", {"error", "warning", "information", "hint"}}}}};
    case SettingType::rules_by_pattern:
      return {{"type", "object"}, {"additionalProperties", rule_list()}};
  }
  return Json::object();
}

/// "threadlint.toml:3".
std::string source_of(const FoundSetting& found) {
  const std::string source = displayed_path(found.layer->source);
  const std::uint32_t row = found.value->place.row;
  return row == 0 ? source : fmt::format("{}:{}", source, row);
}

/// The choice of rules is made of all layers, the others say nothing about.
bool is_of_choice(const SettingKey& key) {
  return key.name == "select" || key.name == "extend-select" || key.name == "ignore";
}

std::string in_force(const Settings& settings, const FileSettings& file) {
  std::string text;
  const auto add = [&](const std::string& left, const std::string& source) {
    fmt::format_to(std::back_inserter(text), "{:<60}  # {}\n", left, source);
  };
  for (const SettingKey& key : setting_keys()) {
    bool is_found = false;
    for (const auto& layer : settings.layers) {
      const auto value = layer->values.find(key.name);
      if (value == layer->values.end()) continue;
      const FoundSetting found{layer.get(), &value->second};
      if (!is_of_choice(key) && find_value(settings.layers, key.name).layer != layer.get()) continue;
      add(fmt::format("{} = {}", key.name, as_toml(*found.value)), source_of(found));
      is_found = true;
    }
    if (is_found) continue;
    if (key.default_value.empty()) {
      add(fmt::format("# {}", key.name), "not set");
    } else {
      add(fmt::format("{} = {}", key.name, key.default_value), "default");
    }
  }
  std::string rules;
  for (const analysis::Rule* rule : analysis::all_rules()) {
    if (is_enabled(*file.rules, *rule)) fmt::format_to(std::back_inserter(rules), "#   {}\n", rule->info.name);
  }
  text += rules.empty() ? "# no rule runs\n" : "# rules that run:\n" + rules;
  if (file.is_excluded) text += "# excluded: not looked at, unless it is named on the command line\n";
  return text;
}

int fail(const std::string& why) {
  fmt::print(stderr, "error: {}\n", why);
  return exit_code::could_not_run;
}

int print_in_force(const ConfigOptions& options) {
  auto settings = settings_of(options.settings);
  if (!settings) return fail(settings.error());
  std::error_code ignored;
  std::string path = canonical_path(options.path);
  if (!std::filesystem::exists(path, ignored)) return fail(fmt::format("{}: no such file or directory", options.path));
  // What holds for a folder is what holds for a file in it.
  if (std::filesystem::is_directory(path, ignored)) path += "/.";
  const auto behind = settings->behind(path);
  if (!are_settings_right(*settings)) return exit_code::could_not_run;
  return print(stdout, in_force(*behind, settings->of(path))) ? exit_code::clean : exit_code::could_not_run;
}

}  // namespace

std::string settings_as_markdown() {
  std::string text = "| Setting | Default | What it does |\n| --- | --- | --- |\n";
  for (const SettingKey& key : setting_keys()) {
    const std::string value = key.default_value.empty() ? "" : fmt::format("`{}`", key.default_value);
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} `{} = {}` |\n", key.name, value, key.sentence, key.name,
                   key.example);
  }
  return text;
}

std::string settings_schema() {
  Json properties = Json::object();
  for (const SettingKey& key : setting_keys()) {
    Json property = type_of(key);
    property["description"] = key.sentence;
    properties[std::string(key.name)] = std::move(property);
  }
  const Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"title", "threadlint"},
                    {"type", "object"},
                    {"additionalProperties", false},
                    {"properties", std::move(properties)}};
  return schema.dump(/*indent=*/2) + '\n';
}

int print_config(const ConfigOptions& options) {
  switch (options.format) {
    case ConfigFormat::in_force:
      return print_in_force(options);
    case ConfigFormat::schema:
      return print(stdout, settings_schema()) ? exit_code::clean : exit_code::could_not_run;
    case ConfigFormat::markdown:
      return print(stdout, settings_as_markdown()) ? exit_code::clean : exit_code::could_not_run;
  }
  return exit_code::clean;
}

}  // namespace server
