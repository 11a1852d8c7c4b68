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
    add_early_publication(
        context, incomplete_initialization, initialization,
        fmt::format(
            "`{}` is visible before it is filled: {} makes it pass {}, but {}, so another thread uses it unfinished",
            part_name(context.model, initialization.guard->part), quoted(context, initialization.publish->range),
            quoted(context, initialization.observer->test), what_follows(context, initialization)),
        findings);
  }
}

}  // namespace

const Rule incomplete_initialization{
    .info = {.name = "incomplete-initialization",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "a shared cell is visible to other threads before it is filled",
             .why = "One thread finds the cell unset and fills it in several steps. After the first step the test "
                    "that guards the filling finds the cell set, so a second thread skips it and uses what is there "
                    "so far: a list without most of its elements, a dictionary in which its key is missing, an object "
                    "whose attributes come later. The second thread raises KeyError or AttributeError, or silently "
                    "works with less. It happens on every build of CPython, with and without the GIL, because threads "
                    "may be switched between any two steps. Doing the work twice would be harmless; seeing it half "
                    "done is not.",
             .bad = R"py(_codecs = []

def codecs():
    if not _codecs:
        for name in ("latin", "greek", "cyrillic"):
            _codecs.append(load(name))
    return _codecs
)py",
             .good = R"py(_codecs = []

def codecs():
    global _codecs
    if not _codecs:
        _codecs = tuple(load(name) for name in ("latin", "greek", "cyrillic"))
    return _codecs
)py",
             .repair =
                 "Builds the value under a new local name and assigns it once, where the filling ends: other "
                 "threads find the cell unset or complete. A list that nobody changes afterwards becomes a tuple, "
                 "every other container keeps its type. A missing `global` statement is added; a helper that fills "
                 "the cell gets the new value as an argument, and its other callers go on as before. Not offered "
                 "where that cannot be done without changing what one thread sees, for instance when the cell is "
                 "deleted while it is filled or handed to code that is not in the module; the action then says "
                 "why. The work may still be done twice; where that matters, put a lock around it."},
    .check = check,
};

}  // namespace analysis
