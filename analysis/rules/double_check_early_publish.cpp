// Finds double-checked locks that store the cell before the object in it is complete.

#include <fmt/format.h>

#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule double_check_early_publish;

namespace {

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Initialization& initialization : context.initializations) {
    if (!is_published_early(initialization) || initialization.write_locks.empty()) continue;
    const std::string lock = context.model.locks.name(initialization.write_locks.locks().front());
    add_early_publication(context, double_check_early_publish, initialization,
                          fmt::format("`{}` is published before it is finished: {} holds no `{}`, so it lets other threads pass although {}",
                                      part_name(context.model, initialization.guard->part), quoted(context, initialization.observer->test),
                                      lock, what_follows(context, initialization)),
                          findings);
  }
}

}  // namespace

const Rule double_check_early_publish{
    .info = {.name = "double-check-early-publish", .severity = Severity::error},
    .check = check,
};

}  // namespace analysis
