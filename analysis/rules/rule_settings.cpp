#include "analysis/rules/rule_settings.h"

#include "analysis/rules/rule.h"

namespace analysis {

bool is_enabled(const RuleSettings& settings, const Rule& rule) {
  if (rule.info.is_preview && !settings.preview) return false;
  if (settings.ignored.contains(rule.info.name)) return false;
  return settings.selected.empty() || settings.selected.contains(rule.info.name);
}

}  // namespace analysis
