#include "server/workspace/setting_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/rule_names.h"

namespace server {
namespace {

constexpr auto keys = std::to_array<SettingKey>({
    {.name = "select",
     .type = SettingType::rules,
     .default_value = "[]",
     .example = R"(["incomplete-initialization", "check-then-act"])",
     .sentence = "Rules that run. Empty: all that are not in preview."},
    {.name = "extend-select",
     .type = SettingType::rules,
     .default_value = "[]",
     .example = R"(["lost-append"])",
     .sentence = "Rules that run besides those."},
    {.name = "ignore",
     .type = SettingType::rules,
     .default_value = "[]",
     .example = R"(["duplicate-initialization"])",
     .sentence = "Rules that do not run."},
    {.name = "per-file-ignores",
     .type = SettingType::rules_by_pattern,
     .default_value = "{}",
     .example = R"({ "scripts/**" = ["ALL"] })",
     .sentence = "Rules that do not run in the files that a pattern fits."},
    {.name = "exclude",
     .type = SettingType::patterns,
     .default_value = "[]",
     .example = R"(["vendor", "src/*_pb2.py"])",
     .sentence = "Files and folders that are not looked at, unless they are named on the command line."},
    {.name = "preview",
     .type = SettingType::flag,
     .default_value = "false",
     .example = "true",
     .sentence = "Rules that are in preview run as well."},
    {.name = "severity",
     .type = SettingType::severities,
     .default_value = "{}",
     .example = R"({ unlocked-update = "error" })",
     .sentence = "The severity of each finding of a rule: `error`, `warning`, `information` or `hint`."},
    {.name = "target-version",
     .type = SettingType::word,
     .words = "py27 py35 py36 py37 py38 py39 py310 py311 py312 py313 py314 py315",
     .example = R"("py311")",
     .sentence = "The oldest Python that runs the code; without it, what `requires-python` says in the same "
                 "`pyproject.toml`. Matters where `free-threaded` is false, and for `defaultdict`, which `py315` "
                 "makes safe."},
    {.name = "free-threaded",
     .type = SettingType::flag,
     .default_value = "true",
     .example = "false",
     .sentence = "Whether a free-threaded build may run the code. Where none does, and `target-version` is `py310` or "
                 "later, what the GIL hides is not reported."},
    {.name = "threads",
     .type = SettingType::word,
     .words = "assumed evidence",
     .default_value = R"("assumed")",
     .example = R"("evidence")",
     .sentence =
         "`assumed`: threads run the code, as they run libraries and web applications. `evidence`: only where the "
         "code itself, or `entry-points`, shows threads."},
    {.name = "thread-safe-types",
     .type = SettingType::names,
     .default_value = "[]",
     .example = R"(["shop.stock.Ledger"])",
     .sentence = "Classes, and functions that make objects, whose objects need no lock, with those that derive from "
                 "them. The last part of the name counts."},
    {.name = "lock-types",
     .type = SettingType::names,
     .default_value = "[]",
     .example = R"(["shop.locks.Latch"])",
     .sentence =
         "Classes, and functions that make objects, whose objects can be held as a lock. The last part of the name "
         "counts."},
    {.name = "entry-points",
     .type = SettingType::names,
     .default_value = "[]",
     .example = R"(["shop.jobs.run", "shop.views.*"])",
     .sentence = "Functions and methods that threads run, from their module on; `*` stands for any characters."},
    {.name = "baseline",
     .type = SettingType::path,
     .example = R"("threadlint-baseline.json")",
     .sentence = "A file of known findings, which are not reported; `check --write-baseline` writes it."},
});

}  // namespace

std::span<const SettingKey> setting_keys() { return keys; }

const SettingKey* find_setting(std::string_view name) {
  const auto found = std::ranges::find(keys, name, &SettingKey::name);
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> words_of(const SettingKey& key) {
  std::vector<std::string> words;
  for (std::string_view rest = key.words; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

std::string description_of(const SettingKey& key) {
  switch (key.type) {
    case SettingType::flag:
      return "true or false";
    case SettingType::word:
      return fmt::format("one of `{}`", fmt::join(words_of(key), "`, `"));
    case SettingType::path:
      return "a path";
    case SettingType::names:
      return "a list of names";
    case SettingType::patterns:
      return "a list of patterns";
    case SettingType::rules:
      return "a list of rules";
    case SettingType::severities:
      return "a table of rules and severities";
    case SettingType::rules_by_pattern:
      return "a table of patterns and lists of rules";
  }
  return "";
}

std::string unknown_setting(std::string_view name) {
  std::vector<std::string_view> names;
  for (const SettingKey& key : keys) names.push_back(key.name);
  const std::string_view nearest = nearest_word(name, names);
  if (nearest.empty()) return fmt::format("there is no setting `{}`; `threadlint config` lists them", name);
  return fmt::format("there is no setting `{}`; did you mean `{}`?", name, nearest);
}

}  // namespace server
