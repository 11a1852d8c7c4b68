#include "analysis/rules/registry.h"

#include <algorithm>
#include <string>

namespace analysis {

#define RULE(name) extern const Rule name;
#include "analysis/rules/rules.def"
#undef RULE

namespace {

constexpr const Rule* rules[] = {
#define RULE(name) &name,
#include "analysis/rules/rules.def"
#undef RULE
};

}  // namespace

std::span<const Rule* const> all_rules() { return rules; }

const Rule* find_rule(std::string_view name) {
  const auto* const found = std::ranges::find(rules, name, [](const Rule* rule) { return rule->info.name; });
  return found == std::end(rules) ? nullptr : *found;
}

std::string documentation_url(const Rule& rule) {
  return "https://github.com/threadlint/threadlint/blob/main/analysis/rules/README.md#" + std::string(rule.info.name);
}

}  // namespace analysis
