#include "server/rule_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "analysis/rules/registry.h"

namespace server {
namespace {

using Names = std::set<std::string, std::less<>>;

/// How many letters must be inserted, deleted or replaced to make one word of the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

/// Empty when nothing is near.
std::string_view nearest_rule(std::string_view name) {
  std::string_view nearest;
  // Half of the letters may be wrong, but the beginning of a name is near, however short.
  std::size_t least = name.size() / 2 + 1;
  for (const analysis::Rule* rule : analysis::all_rules()) {
    const std::string_view candidate = rule->info.name;
    const std::size_t distance = !name.empty() && candidate.starts_with(name) ? 1 : edit_distance(name, candidate);
    if (least <= distance) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

/// The names in the list, or what is wrong with one of them.
tl::expected<Names, std::string> names_of(const std::vector<std::string>& list, const RuleSelection& selection) {
  Names names;
  for (const std::string& name : list) {
    if (name == "ALL") {
      for (const analysis::Rule* rule : analysis::all_rules()) names.emplace(rule->info.name);
      continue;
    }
    const analysis::Rule* rule = analysis::find_rule(name);
    if (rule == nullptr) return tl::unexpected<std::string>(unknown_rule(name));
    if (rule->info.is_preview && !selection.preview) {
      return tl::unexpected<std::string>(fmt::format("rule `{}` is in preview; it runs with `--preview` only", name));
    }
    names.insert(name);
  }
  return names;
}

}  // namespace

std::string unknown_rule(std::string_view name) {
  const std::string_view nearest = nearest_rule(name);
  if (nearest.empty()) return fmt::format("there is no rule `{}`; `threadlint rules` lists them", name);
  return fmt::format("there is no rule `{}`; did you mean `{}`?", name, nearest);
}

tl::expected<analysis::RuleSettings, std::string> settings_of(const RuleSelection& selection) {
  analysis::RuleSettings settings;
  settings.preview = selection.preview;
  const auto selected = names_of(selection.select, selection);
  const auto extended = names_of(selection.extend, selection);
  const auto ignored =
      names_of(selection.ignore, RuleSelection{.select = {}, .extend = {}, .ignore = {}, .preview = true});
  for (const auto* names : {&selected, &extended, &ignored}) {
    if (!*names) return tl::unexpected<std::string>(names->error());
  }
  settings.selected = *selected;
  settings.ignored = *ignored;
  if (extended->empty()) return settings;
  if (settings.selected.empty()) {
    for (const analysis::Rule* rule : analysis::all_rules()) {
      if (is_enabled(settings, *rule)) settings.selected.emplace(rule->info.name);
    }
  }
  settings.selected.insert(extended->begin(), extended->end());
  return settings;
}

}  // namespace server
