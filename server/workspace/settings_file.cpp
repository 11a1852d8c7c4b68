#include "server/workspace/settings_file.h"

#define TOML_EXCEPTIONS 0
// Version 3.3 asserts that a key begins after `[`, which is for the file to say; behind the assertion it tells the
// error. With NDEBUG it would take the assertion for granted.
#define TOML_ASSERT(condition) static_cast<void>(0)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "server/workspace/source_file.h"

namespace server {
namespace {

namespace fs = std::filesystem;

/// Deeper ones are of no setting; a hostile file must not exhaust the stack.
constexpr int deepest_value = 8;
/// No settings file is larger, and what is read is kept.
constexpr std::uintmax_t largest_file = 1 << 20;

SettingPlace place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column, region.end.line, region.end.column};
}

SettingValue value_of(const toml::node& node, int depth);

SettingValue::Table table_of(const toml::table& table, int depth) {
  SettingValue::Table result;
  for (const auto& [key, node] : table) {
    result.push_back({std::string(key.str()), place_of(key.source()), value_of(node, depth + 1)});
  }
  // In the order of the file, in which problems are told.
  std::ranges::stable_sort(result, {},
                           [](const SettingEntry& entry) { return std::pair(entry.place.row, entry.place.column); });
  return result;
}

SettingValue value_of(const toml::node& node, int depth) {
  SettingValue value{.content = {}, .place = place_of(node.source())};
  if (deepest_value < depth) return value;
  if (const auto* flag = node.as_boolean()) {
    value.content = flag->get();
  } else if (const auto* number = node.as_integer()) {
    value.content = number->get();
  } else if (const auto* text = node.as_string()) {
    value.content = text->get();
  } else if (const auto* array = node.as_array()) {
    SettingValue::List list;
    for (const toml::node& each : *array) list.push_back(value_of(each, depth + 1));
    value.content = std::move(list);
  } else if (const auto* table = node.as_table()) {
    value.content = table_of(*table, depth);
  }
  return value;
}

/// `py311` for ">=3.11,<4". Empty when no lower bound is named.
std::string target_of(std::string_view requires_python) {
  const std::size_t bound = requires_python.find(">=");
  if (bound == std::string_view::npos) return {};
  std::string_view version = requires_python.substr(bound + 2);
  version.remove_prefix(std::min(version.find_first_not_of(' '), version.size()));
  std::string digits;
  for (int parts = 0; const char c : version) {
    const bool is_separator = c == '.' && ++parts < 2;
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) digits += c;
    if (std::isdigit(static_cast<unsigned char>(c)) == 0 && !is_separator) break;
  }
  return digits.size() < 2 ? "" : "py" + digits;
}

/// What the rest of a `pyproject.toml` says, where our table does not.
void add_target(const toml::table& document, SettingValue::Table& table) {
  const auto text = document["project"]["requires-python"].value<std::string>();
  if (!text || std::ranges::find(table, "target-version", &SettingEntry::key) != table.end()) return;
  const std::string target = target_of(*text);
  if (target.empty()) return;
  const SettingPlace place = place_of(document["project"]["requires-python"].node()->source());
  table.push_back({"target-version", place, {.content = target, .place = place}});
}

struct Parsed {
  std::optional<SettingValue::Table> table;  // nothing: the text is not about us
  std::vector<SettingsProblem> problems;
};

Parsed parse_project(const toml::table& document) {
  const auto ours = document["tool"]["threadlint"];
  if (!ours) return {};
  if (!ours.is_table()) return {SettingValue::Table{}, {{place_of(ours.node()->source()), "`threadlint` is no table"}}};
  Parsed parsed{table_of(*ours.as_table(), 0), {}};
  add_target(document, *parsed.table);
  return parsed;
}

Parsed parse(const std::string& text, bool is_project) {
  const toml::parse_result result = toml::parse(text);
  if (result) return is_project ? parse_project(result.table()) : Parsed{table_of(result.table(), 0), {}};
  // What is wrong elsewhere in a file of others is for others to tell.
  if (is_project && text.find("tool.threadlint") == std::string::npos) return {};
  const toml::parse_error& error = result.error();
  SettingPlace place = place_of(error.source());
  place.row = std::max(place.row, 1U);
  place.column = std::max(place.column, 1U);
  std::string description(error.description());
  if (!description.empty())
    description[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(description[0])));
  return {SettingValue::Table{}, {{place, "is no TOML: " + description}}};
}

}  // namespace

std::shared_ptr<const SettingsFile> parse_settings(const std::string& path, std::string text,
                                                   const SettingsFile* previous) {
  const fs::path file(path);
  Parsed parsed = parse(text, file.filename() == "pyproject.toml");
  if (!parsed.table) return nullptr;
  SettingsFile result{.path = path, .text = std::move(text), .layer = nullptr, .problems = std::move(parsed.problems)};
  auto layer = make_layer(*parsed.table, path, file.parent_path().string(), result.problems);
  std::ranges::stable_sort(result.problems, {}, [](const SettingsProblem& problem) {
    return std::pair(problem.place.row, problem.place.column);
  });
  if (result.problems.empty()) {
    result.layer = std::move(layer);
  } else if (previous != nullptr) {
    result.layer = previous->layer;
  }
  return std::make_shared<const SettingsFile>(std::move(result));
}

std::shared_ptr<const SettingsFile> read_settings(const std::string& path, const SettingsFile* previous) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return nullptr;
  tl::expected<std::string, std::string> bytes =
      fs::file_size(path, ignored) <= largest_file
          ? read_bytes(path)
          : tl::expected<std::string, std::string>(tl::unexpected<std::string>("is larger than 1 MiB"));
  if (bytes) return parse_settings(path, *std::move(bytes), previous);
  return std::make_shared<const SettingsFile>(SettingsFile{.path = path,
                                                           .text = {},
                                                           .layer = previous == nullptr ? nullptr : previous->layer,
                                                           .problems = {{{1, 1, 1, 1}, bytes.error()}}});
}

SettingValue::Table parse_inline_settings(const std::string& text, std::vector<SettingsProblem>& problems) {
  Parsed parsed = parse(text, false);
  problems.insert(problems.end(), parsed.problems.begin(), parsed.problems.end());
  return *std::move(parsed.table);
}

bool is_settings_file_name(std::string_view name) {
  return std::ranges::find(settings_file_names, name) != settings_file_names.end();
}

}  // namespace server
