// Any bytes as settings: of a file, of an editor, of a baseline. What is wrong has a place in the text and a sentence;
// what is right stays the same when it is written down and read again.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/client_settings.h"
#include "server/workspace/path_pattern.h"
#include "server/workspace/settings_file.h"

namespace {

constexpr const char* file = "/nowhere/threadlint.toml";

void check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "it does not hold that %s\n", property);
  std::abort();
}

void check_problems(const std::string& text, const server::SettingsFile& settings) {
  const auto rows = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  check(settings.problems.empty() == (settings.layer != nullptr), "settings have problems or a layer");
  for (const server::SettingsProblem& problem : settings.problems) {
    const server::SettingPlace& place = problem.place;
    check(!problem.message.empty(), "a problem is told in words");
    check(0 < place.row && place.row <= rows && 0 < place.column, "a problem stands in the text");
    check(place.row < place.end_row || (place.row == place.end_row && place.column <= place.end_column),
          "a problem's place begins before its end");
  }
}

void check_layer(const server::SettingsLayer& layer) {
  std::string written;
  for (const auto& [key, value] : layer.values) {
    written += key + " = " + server::as_toml(value) + "\n";
    if (key != "exclude") continue;
    for (const std::string& pattern : server::texts_of(value)) server::fits({"/nowhere", pattern}, "/nowhere/a/b.py");
  }
  const auto again = server::parse_settings(file, written);
  check(again->layer != nullptr, "settings that are written down can be read");
  check(std::ranges::equal(layer.values, again->layer->values,
                           [](const auto& one, const auto& other) {
                             return one.first == other.first &&
                                    server::as_toml(one.second) == server::as_toml(other.second);
                           }),
        "settings that are written down stay the same");
}

void read_file(const std::string& path, const std::string& text) {
  const auto settings = server::parse_settings(path, text);
  if (settings == nullptr) return;
  check_problems(text, *settings);
  if (settings->layer != nullptr) check_layer(*settings->layer);
}

void read_editor(std::string_view text) {
  const auto json = protocol::parse_json(text);
  if (!json) return;
  const protocol::Json settings = server::normalised_settings(*json);
  check(server::normalised_settings(settings) == settings, "normalised settings are normal");
  const server::ClientSettings read = server::read_client_settings(settings, "/nowhere");
  for (const std::string& complaint : read.complaints) check(!complaint.empty(), "a complaint is told in words");
  if (read.above.layer != nullptr) check_layer(*read.above.layer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0:
      read_file(file, text);
      break;
    case 1:
      read_file("/nowhere/pyproject.toml", text);
      break;
    case 2:
      read_editor(text);
      break;
    default:
      server::parse_baseline(text);
  }
  return 0;
}
