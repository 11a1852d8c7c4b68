// Finds shared values that are replaced for the time of one call.

#include <fmt/format.h>

#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule temporary_patch;

namespace {

void check(const RuleContext& context, std::vector<Finding>& findings) {
  for (const TemporaryValue& value : find_temporary_values(context)) {
    const FunctionSymbol& function = context.model.function(value.function);
    const FunctionSymbol& restorer = context.model.function(value.restorer);
    if (is_test_code(context, function)) continue;
    const TextRange replaced = function.absolute(value.replaced->range);
    const TextRange restored = restorer.absolute(value.restored->range);
    const bool is_confined = context.model.is_event_loop_code || is_event_loop_module(context.module_name);
    findings.push_back(
        {.rule = &temporary_patch,
         .severity = value.is_own && !is_confined ? Severity::warning : Severity::information,
         .effect = Effect::leak_between_requests,
         .breaks_on = BreaksOn::every_build,
         .range = replaced,
         .message =
             fmt::format("`{}` is replaced for all threads until {} puts it back: of two calls at once the second "
                         "saves what the first has put there",
                         value.name, line_of(context, restored.begin)),
         .evidence = fmt::format("`{}` is shared by all threads", value.name),
         .symbol = context.module_name + "." + value.name,
         .interleaving = {make_step(context, 1, StepAccess::read, value.function, value.name, "saves what is there",
                                    function.absolute(value.saved->range)),
                          make_step(context, 1, StepAccess::write, value.function, value.name, "replaces it", replaced),
                          make_step(context, 2, StepAccess::read, value.function, value.name,
                                    "saves what thread 1 has put there", function.absolute(value.saved->range)),
                          make_step(context, 1, StepAccess::write, value.restorer, value.name,
                                    "puts the first value back", restored),
                          make_step(context, 2, StepAccess::write, value.restorer, value.name,
                                    "puts back what thread 1 had put there: it stays for ever", restored)},
         .fixes = {},
         .fingerprint = 0});
  }
}

}  // namespace

const Rule temporary_patch{
    .info = {.name = "temporary-patch",
             .severity = Severity::warning,
             .is_preview = false,
             .summary = "a value that all threads share is replaced for the time of one call",
             .why = "A global, or an attribute of a class or module, is saved, replaced and put back. Meanwhile every "
                    "other thread works with the replacement. And when two threads do it at once, the second saves "
                    "what the first has put there, and puts that back when the first is gone: the replacement stays. "
                    "Pass the value as an argument, or keep it in a `ContextVar` or a `threading.local()`. Reported as "
                    "information for attributes of imported modules, and never in tests.",
             .bad = R"py(_language = "en"

def render_in(language, template):
    global _language
    previous = _language
    _language = language
    try:
        return template.render()
    finally:
        _language = previous
)py",
             .good = R"py(from contextvars import ContextVar

_language = ContextVar("language", default="en")

def render_in(language, template):
    token = _language.set(language)
    try:
        return template.render()
    finally:
        _language.reset(token)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
