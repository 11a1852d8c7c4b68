// Rule names as people type them.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "analysis/rules/rule_settings.h"

namespace server {

/// "there is no rule `incomplet`; did you mean `incomplete-initialization`?"
[[nodiscard]] std::string unknown_rule(std::string_view name);

/// Lists of rule names as the command line has them. `ALL` stands for every rule.
struct RuleSelection {
  std::vector<std::string> select;  // empty: the rules that run by default
  std::vector<std::string> extend;  // besides those
  std::vector<std::string> ignore;
  bool preview = false;
};

/// The settings that a selection means, or which name is unknown.
[[nodiscard]] tl::expected<analysis::RuleSettings, std::string> settings_of(const RuleSelection& selection);

}  // namespace server
