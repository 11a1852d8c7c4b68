#include "server/rule_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "analysis/rules/registry.h"

namespace server {
namespace {

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

}  // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view nearest;
  // Half of the letters may be wrong, but the beginning of a name is near, however short.
  std::size_t least = word.size() / 2 + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = !word.empty() && candidate.starts_with(word) ? 1 : edit_distance(word, candidate);
    if (least <= distance) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string unknown_rule(std::string_view name) {
  std::vector<std::string_view> names;
  for (const analysis::Rule* rule : analysis::all_rules()) names.push_back(rule->info.name);
  const std::string_view nearest = nearest_word(name, names);
  if (nearest.empty()) return fmt::format("there is no rule `{}`; `threadlint rules` lists them", name);
  return fmt::format("there is no rule `{}`; did you mean `{}`?", name, nearest);
}

}  // namespace server
