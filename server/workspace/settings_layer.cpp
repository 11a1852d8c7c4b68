#include "server/workspace/settings_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "analysis/rules/registry.h"
#include "protocol/json_fields.h"
#include "server/rule_names.h"
#include "server/workspace/setting_keys.h"
#include "server/workspace/source_file.h"

namespace server {
namespace {

std::string kind_of(const SettingValue& value) {
  switch (value.content.index()) {
    case 1:
      return "true or false";
    case 2:
      return "a number";
    case 3:
      return "a text";
    case 4:
      return "a list";
    case 5:
      return "a table";
    default:
      return "of a type that no setting has";
  }
}

/// Checks the values of one table.
class Checker {
 public:
  Checker(const SettingValue::Table& table, std::vector<SettingsProblem>& problems) : problems_(problems) {
    const auto preview = std::ranges::find(table, "preview", &SettingEntry::key);
    const bool* flag = preview == table.end() ? nullptr : std::get_if<bool>(&preview->value.content);
    is_preview_ = flag != nullptr && *flag;
  }

  /// Whether the value may be used.
  bool is_right(const SettingKey& key, const SettingValue& value) {
    const std::size_t before = problems_.size();
    check(key, value);
    return problems_.size() == before;
  }

  void complain(const SettingPlace& place, std::string message) { problems_.push_back({place, std::move(message)}); }

 private:
  void check(const SettingKey& key, const SettingValue& value) {
    switch (key.type) {
      case SettingType::flag:
        if (!std::holds_alternative<bool>(value.content)) complain_about(key, value);
        return;
      case SettingType::word:
        return check_word(key, value);
      case SettingType::path:
        if (!is_text(value)) complain_about(key, value);
        return;
      case SettingType::names:
        check_texts(key, value);
        return;
      case SettingType::patterns:
        if (!check_texts(key, value)) return;
        for (const SettingValue& each : std::get<SettingValue::List>(value.content))
          check_pattern(std::get<std::string>(each.content), each.place);
        return;
      case SettingType::rules:
        return check_rules(fmt::format("`{}`", key.name), value, key.name != "ignore");
      case SettingType::severities:
        return check_severities(key, value);
      case SettingType::rules_by_pattern:
        return check_rules_by_pattern(key, value);
    }
  }

  static bool is_text(const SettingValue& value) {
    const auto* text = std::get_if<std::string>(&value.content);
    return text != nullptr && !text->empty();
  }

  /// `what` as users know it: "`preview`".
  void complain_about(const std::string& what, const SettingValue& value, std::string_view expected) {
    const bool is_empty = std::holds_alternative<std::string>(value.content) && !is_text(value);
    complain(value.place, fmt::format("{} is {}, not {}", what, is_empty ? "empty" : kind_of(value), expected));
  }
  void complain_about(const SettingKey& key, const SettingValue& value) {
    complain_about(fmt::format("`{}`", key.name), value, description_of(key));
  }

  void check_word(const SettingKey& key, const SettingValue& value) {
    if (!is_text(value)) return complain_about(key, value);
    const std::vector<std::string> words = words_of(key);
    const std::string& word = std::get<std::string>(value.content);
    if (std::ranges::find(words, word) != words.end()) return;
    complain(value.place, fmt::format("`{}` can not be `{}`, only {}", key.name, word, description_of(key)));
  }

  bool check_texts(const std::string& what, const SettingValue& value, std::string_view expected) {
    const auto* list = std::get_if<SettingValue::List>(&value.content);
    if (list == nullptr) {
      complain_about(what, value, expected);
      return false;
    }
    const auto wrong = std::ranges::find_if_not(*list, is_text);
    if (wrong == list->end()) return true;
    complain_about("an element of " + what, *wrong, "a text");
    return false;
  }
  bool check_texts(const SettingKey& key, const SettingValue& value) {
    return check_texts(fmt::format("`{}`", key.name), value, description_of(key));
  }

  void check_rule(const std::string& name, const SettingPlace& place, bool must_run) {
    const analysis::Rule* rule = analysis::find_rule(name);
    if (rule == nullptr) return complain(place, unknown_rule(name));
    if (must_run && rule->info.is_preview && !is_preview_)
      complain(place, fmt::format("rule `{}` is in preview; it runs with `preview` only", name));
  }

  void check_rules(const std::string& what, const SettingValue& value, bool must_run) {
    if (!check_texts(what, value, "a list of rules")) return;
    for (const SettingValue& each : std::get<SettingValue::List>(value.content)) {
      const std::string& name = std::get<std::string>(each.content);
      if (name != "ALL") check_rule(name, each.place, must_run);
    }
  }

  void check_pattern(const std::string& pattern, const SettingPlace& place) {
    if (pattern.starts_with('!'))
      complain(place, fmt::format("`{}`: a pattern can not take back what another one says", pattern));
  }

  void check_severities(const SettingKey& key, const SettingValue& value) {
    const auto* table = std::get_if<SettingValue::Table>(&value.content);
    if (table == nullptr) return complain_about(key, value);
    for (const SettingEntry& each : *table) {
      check_rule(each.key, each.place, false);
      const auto* word = std::get_if<std::string>(&each.value.content);
      if (word == nullptr || !severity_named(*word))
        complain(each.value.place, "the severity of a rule is one of `error`, `warning`, `information`, `hint`");
    }
  }

  void check_rules_by_pattern(const SettingKey& key, const SettingValue& value) {
    const auto* table = std::get_if<SettingValue::Table>(&value.content);
    if (table == nullptr) return complain_about(key, value);
    for (const SettingEntry& each : *table) {
      check_pattern(each.key, each.place);
      check_rules(fmt::format("what `{}` stands for", each.key), each.value, false);
    }
  }

  std::vector<SettingsProblem>& problems_;
  bool is_preview_ = false;
};

/// What is wrong with the baseline of a layer goes to where it is named.
void read_baseline(SettingsLayer& layer, Checker& checker) {
  const auto found = layer.values.find("baseline");
  if (found == layer.values.end()) return;
  const std::string& name = std::get<std::string>(found->second.content);
  const std::string path = path_in(layer.folder, name);
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status)) return;
  // To read a pipe or a terminal is to wait for somebody who writes.
  if (!std::filesystem::is_regular_file(status))
    return checker.complain(found->second.place, fmt::format("`{}` is no regular file", name));
  const auto bytes = read_bytes(path);
  if (!bytes) return checker.complain(found->second.place, fmt::format("`{}`: {}", name, bytes.error()));
  Baseline baseline = parse_baseline(*bytes);
  if (!baseline.complaint.empty())
    return checker.complain(found->second.place, fmt::format("`{}`: {}", name, baseline.complaint));
  layer.baseline = std::move(baseline.fingerprints);
}

}  // namespace

std::optional<analysis::Severity> severity_named(std::string_view name) {
  using analysis::Severity;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::information, Severity::hint}) {
    if (word(severity) == name) return severity;
  }
  return {};
}

std::shared_ptr<const SettingsLayer> make_layer(const SettingValue::Table& table, std::string source,
                                                std::string folder, std::vector<SettingsProblem>& problems) {
  SettingsLayer layer{.source = std::move(source), .folder = std::move(folder), .values = {}, .baseline = {}};
  Checker checker(table, problems);
  for (const SettingEntry& entry : table) {
    const SettingKey* key = find_setting(entry.key);
    if (key == nullptr) {
      checker.complain(entry.place, unknown_setting(entry.key));
    } else if (checker.is_right(*key, entry.value)) {
      layer.values.insert_or_assign(entry.key, entry.value);
    }
  }
  read_baseline(layer, checker);
  return std::make_shared<const SettingsLayer>(std::move(layer));
}

Baseline parse_baseline(std::string_view text) {
  Baseline baseline;
  const auto json = protocol::parse_json(text);
  const protocol::Json& findings = json ? protocol::member_at(*json, {"findings"}) : protocol::Json();
  if (!findings.is_array()) {
    baseline.complaint = "is no baseline; `threadlint check --write-baseline` writes one";
    return baseline;
  }
  for (const protocol::Json& finding : findings) {
    const protocol::Json& member = protocol::member_at(finding, {"fingerprint"});
    const std::string digits = member.is_string() ? member.get<std::string>() : "";
    std::uint64_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
      baseline.complaint = "has a finding without a fingerprint";
      return baseline;
    }
    baseline.fingerprints.insert(number);
  }
  return baseline;
}

std::string path_in(const std::string& folder, const std::string& path) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace server
