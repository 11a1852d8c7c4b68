#include "analysis/rules/repair.h"

#include "analysis/rules/initialization_repairs.h"
#include "analysis/rules/iterate_over_copy.h"
#include "analysis/rules/lock_repairs.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/suppression.h"
#include "analysis/rules/tuple_constant.h"

namespace analysis {

std::vector<Fix> repair(const RuleContext& context, const SyntaxTree& tree,
                        const std::vector<ir::PlacedStatement>& statements, const Finding& finding) {
  const std::string_view rule = finding.rule->info.name;
  if (rule == "incomplete-initialization" || rule == "double-check-early-publish")
    return repair_early_publication(context, tree, finding);
  if (rule == "early-ready-flag") return repair_early_flag(context, tree, finding);
  if (rule == "double-check-missing") return repair_missing_test(context, tree, finding);
  if (rule == "iterate-shared-container") return {iterate_over_copy(context, tree, finding)};
  if (rule == "unlocked-update" || rule == "inconsistent-lock" || rule == "check-then-act" ||
      rule == "guarded-by-violated")
    return hold_lock(context, tree, finding);
  if (rule == "acquire-without-finally") return {hold_with(tree, finding)};
  if (rule == "constant-should-be-immutable") return {make_tuple_constant(context, tree, finding)};
  if (rule == "unused-suppression") return {remove_unused_suppression(context.text, statements, finding)};
  return {};
}

}  // namespace analysis
