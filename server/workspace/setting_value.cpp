#include "server/workspace/setting_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace server {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (is_control) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

std::string key_text(const std::string& key) {
  const bool is_bare = !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
  return is_bare ? key : quoted(key);
}

}  // namespace

SettingValue setting_list(const std::vector<std::string>& texts) {
  SettingValue::List list;
  for (const std::string& text : texts) list.push_back({.content = text});
  return {.content = std::move(list)};
}

std::vector<std::string> texts_of(const SettingValue& list) {
  std::vector<std::string> texts;
  const auto* elements = std::get_if<SettingValue::List>(&list.content);
  if (elements == nullptr) return texts;
  for (const SettingValue& element : *elements) {
    if (const auto* text = std::get_if<std::string>(&element.content)) texts.push_back(*text);
  }
  return texts;
}

std::string as_toml(const SettingValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.content)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value.content)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.content)) return quoted(*text);
  std::string result;
  if (const auto* list = std::get_if<SettingValue::List>(&value.content)) {
    for (const SettingValue& each : *list) result += (result.empty() ? "" : ", ") + as_toml(each);
    return "[" + result + "]";
  }
  const auto* table = std::get_if<SettingValue::Table>(&value.content);
  if (table == nullptr) return "";
  for (const SettingEntry& each : *table)
    result += (result.empty() ? " " : ", ") + key_text(each.key) + " = " + as_toml(each.value);
  return "{" + result + (result.empty() ? "}" : " }");
}

}  // namespace server
