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
    const std::string lock = context.model.locks.description(initialization.write_locks.locks().front());
    add_early_publication(
        context, double_check_early_publish, initialization,
        fmt::format(
            "`{}` is published before it is finished: {} is asked without {}, so other threads pass it although {}",
            part_name(context.model, initialization.guard->part), quoted(context, initialization.observer->test), lock,
            what_follows(context, initialization)),
        findings);
  }
}

}  // namespace

const Rule double_check_early_publish{
    .info = {.name = "double-check-early-publish",
             .severity = Severity::error,
             .is_preview = false,
             .summary = "a value made under a lock is visible before it is finished",
             .why = "A test without the lock lets threads pass quickly once the cell is set, and only those that find "
                    "it unset wait for the lock. So the lock protects nobody who finds the cell set. Here the cell is "
                    "set inside the lock and completed afterwards: in between, the test without the lock passes, and "
                    "the thread uses an empty list or an object that is not set up. It happens on every build of "
                    "CPython.",
             .bad = R"py(import threading

_lock = threading.Lock()
_codecs = None

def codecs():
    global _codecs
    if _codecs is None:
        with _lock:
            if _codecs is None:
                _codecs = []
                for name in ("latin", "greek", "cyrillic"):
                    _codecs.append(load(name))
    return _codecs
)py",
             .good = R"py(import threading

_lock = threading.Lock()
_codecs = None

def codecs():
    global _codecs
    if _codecs is None:
        with _lock:
            if _codecs is None:
                found = []
                for name in ("latin", "greek", "cyrillic"):
                    found.append(load(name))
                _codecs = tuple(found)
    return _codecs
)py",
             .repair = "Builds the value under a new local name inside the lock and assigns it last, as for "
                       "`incomplete-initialization`."},
    .check = check,
};

}  // namespace analysis
