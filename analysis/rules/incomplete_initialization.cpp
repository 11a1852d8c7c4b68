// Finds shared cells that pass their own "is it initialised" test before they are filled.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/rules/initialization.h"
#include "analysis/rules/rule_context.h"

namespace analysis {

extern const Rule incomplete_initialization;

namespace {

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const Initialization& initialization : context.initializations) {
    if (!is_published_early(initialization)) continue;
    if (!initialization.write_locks.empty()) continue;  // double-check-early-publish speaks of these
    add_early_publication(context, incomplete_initialization, initialization,
                          fmt::format("`{}` is visible before it is filled: {} makes it pass {}, but {}, so another thread uses it unfinished",
                                      part_name(context.model, initialization.guard->part),
                                      quoted(context, initialization.publish->range), quoted(context, initialization.observer->test),
                                      what_follows(context, initialization)),
                          findings);
  }
}

}  // namespace

const Rule incomplete_initialization{
    .info = {.name = "incomplete-initialization", .severity = Severity::error},
    .check = check,
};

}  // namespace analysis
