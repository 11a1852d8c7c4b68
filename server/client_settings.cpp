#include "server/client_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "server/rule_names.h"
#include "server/workspace/setting_keys.h"

namespace server {
namespace {

using protocol::Json;

/// A day. A longer pause is a mistake, and could be more than a clock counts.
constexpr std::int64_t longest_debounce_ms = 24 * 3'600'000;

/// Deeper values are of no setting.
constexpr int deepest_value = 8;

std::string kebab_case(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool is_capital = 'A' <= c && c <= 'Z';
    if (is_capital) result += '-';
    result += is_capital ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
  }
  return result;
}

SettingValue value_of(const Json& json, int depth) {
  SettingValue value;
  if (deepest_value < depth) return value;
  if (json.is_boolean()) value.content = json.get<bool>();
  if (json.is_number_integer()) value.content = json.get<std::int64_t>();
  if (json.is_string()) value.content = json.get<std::string>();
  if (json.is_array()) {
    SettingValue::List list;
    for (const Json& each : json) list.push_back(value_of(each, depth + 1));
    value.content = std::move(list);
  }
  if (json.is_object()) {
    SettingValue::Table table;
    for (const auto& [key, each] : json.items()) table.push_back({key, {}, value_of(each, depth + 1)});
    value.content = std::move(table);
  }
  return value;
}

/// Reads the settings that are of editors only, one after the other; the rest is for files as well.
class EditorSettings {
 public:
  EditorSettings(const Json& settings, std::vector<std::string>& complaints)
      : rest_(settings), complaints_(complaints) {}

  void read(const char* name, bool& flag) {
    const Json value = take(name);
    if (value.is_boolean()) {
      flag = value.get<bool>();
    } else if (!value.is_null()) {
      complaints_.push_back(fmt::format("`{}` is expected to be true or false", name));
    }
  }

  void read(const char* name, std::string& text) {
    const Json value = take(name);
    if (value.is_string()) {
      text = value.get<std::string>();
    } else if (!value.is_null()) {
      complaints_.push_back(fmt::format("`{}` is expected to be a text", name));
    }
  }

  void read(const char* name, std::optional<std::int64_t>& number, std::int64_t largest) {
    const Json value = take(name);
    if (value.is_number_integer() && 0 <= value && value <= largest) {
      number = value.get<std::int64_t>();
    } else if (!value.is_null()) {
      complaints_.push_back(fmt::format("`{}` is expected to be a number from 0 to {}", name, largest));
    }
  }

  /// Editors have settings for their extensions beside ours: what is not known is a mistake only if it resembles ours.
  SettingValue::Table rest() {
    std::vector<std::string_view> names = known_;
    for (const SettingKey& key : setting_keys()) names.push_back(key.name);
    SettingValue::Table table;
    for (const auto& [key, value] : rest_.items()) {
      if (find_setting(key) != nullptr) {
        table.push_back({key, {}, value_of(value, 0)});
      } else if (const std::string_view nearest = nearest_word(key, names); !nearest.empty()) {
        complaints_.push_back(fmt::format("there is no setting `{}`; did you mean `{}`?", key, nearest));
      }
    }
    return table;
  }

 private:
  Json take(const char* name) {
    known_.emplace_back(name);
    const auto found = rest_.find(name);
    if (found == rest_.end()) return nullptr;
    Json value = *found;
    rest_.erase(found);
    return value;
  }

  Json rest_;
  std::vector<std::string_view> known_;
  std::vector<std::string>& complaints_;
};

}  // namespace

Json normalised_settings(const Json& section) {
  Json result = Json::object();
  if (!section.is_object()) return result;
  for (const auto& [key, value] : section.items()) {
    const bool is_empty = (value.is_array() || value.is_object()) && value.empty();
    if (!value.is_null() && !is_empty) result[kebab_case(key)] = value;
  }
  return result;
}

ClientSettings read_client_settings(const Json& settings, const std::string& folder) {
  ClientSettings result;
  EditorSettings own(settings, result.complaints);
  own.read("enable", result.above.is_enabled);
  own.read("hover", result.features.hover);
  own.read("document-highlight", result.features.document_highlight);
  own.read("code-lens", result.features.code_lens);
  own.read("references", result.features.references);
  own.read("call-hierarchy", result.features.call_hierarchy);
  std::string mode;
  own.read("diagnostic-mode", mode);
  result.closed_files = mode != "openFilesOnly";
  own.read("debounce-ms", result.debounce_ms, longest_debounce_ms);
  own.read("python", result.python);
  bool flag = false;  // only `initializationOptions` decide these
  std::string word;
  own.read("trusted-workspace", flag);
  own.read("status", flag);
  own.read("diagnostic-mode", word);
  std::string preference;
  own.read("configuration-preference", preference);
  if (preference == "filesystemFirst") result.above.precedence = Precedence::below_files;
  if (preference == "editorOnly") result.above.precedence = Precedence::instead_of_files;

  std::vector<SettingsProblem> problems;
  auto layer = make_layer(own.rest(), "the editor", folder, problems);
  for (SettingsProblem& problem : problems) result.complaints.push_back(std::move(problem.message));
  if (!layer->values.empty()) result.above.layer = std::move(layer);
  return result;
}

}  // namespace server
