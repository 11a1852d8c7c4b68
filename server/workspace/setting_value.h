// A value of a settings file, of an editor or of the command line, whatever it was written in.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace server {

/// Where something stands in a settings file: counted from 1, columns in characters, the end exclusive. Row 0: in no
/// file.
struct SettingPlace {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::uint32_t end_row = 0;
  std::uint32_t end_column = 0;
  friend bool operator==(const SettingPlace&, const SettingPlace&) = default;
};

struct SettingEntry;

struct SettingValue {
  using List = std::vector<SettingValue>;
  using Table = std::vector<SettingEntry>;  // in any order

  /// Nothing: of a type that no setting has.
  std::variant<std::monostate, bool, std::int64_t, std::string, List, Table> content;
  SettingPlace place = {};
};

struct SettingEntry {
  std::string key;
  SettingPlace place;  // of the key
  SettingValue value;
};

/// A list of texts.
[[nodiscard]] SettingValue setting_list(const std::vector<std::string>& texts);
/// The texts of a list; those of its elements that are none are left out.
[[nodiscard]] std::vector<std::string> texts_of(const SettingValue& list);
/// As TOML has it.
[[nodiscard]] std::string as_toml(const SettingValue& value);

}  // namespace server
