// Finds calls that change state of the whole process: for all of its threads.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/rules/conflict.h"
#include "analysis/rules/replaced_for_a_call.h"
#include "analysis/rules/step.h"

namespace analysis {

extern const Rule process_wide_change;

namespace {

using namespace std::string_view_literals;
using ir::OpKind;

struct Row {
  std::string_view place;  // as written
  std::string_view state;
};

constexpr std::array calls{
    Row{"os.chdir", "the working directory"},
    Row{"os.fchdir", "the working directory"},
    Row{"contextlib.chdir", "the working directory"},
    Row{"os.umask", "the mask of new files' permissions"},
    Row{"os.putenv", "the environment"},
    Row{"os.unsetenv", "the environment"},
    Row{"os.environ.update", "the environment"},
    Row{"os.environ.pop", "the environment"},
    Row{"os.environ.clear", "the environment"},
    Row{"locale.setlocale", "the locale"},
    Row{"time.tzset", "the time zone"},
    Row{"socket.setdefaulttimeout", "the time limit of new sockets"},
    Row{"contextlib.redirect_stdout", "the standard output"},
    Row{"contextlib.redirect_stderr", "the standard error output"},
};

constexpr auto environment = "the environment"sv;

/// What the operation changes; empty if nothing that the table knows.
std::string_view state_changed_by(const RuleContext& context, const FunctionSymbol& function, const ir::Op& op) {
  const ir::StatementFacts& facts = *function.facts;
  if (op.kind == OpKind::call) {
    const ir::Call& call = facts.calls[op.call.index];
    const std::string_view text = text_of(context, function.absolute(facts.places[call.callee.index].range));
    const auto* const row = std::ranges::find(calls, text, &Row::place);
    if (row == calls.end()) return {};
    // `setlocale(LC_ALL)` only asks.
    return text == "locale.setlocale" && call.argument_count < 2 ? std::string_view() : row->state;
  }
  const bool is_change = op.kind == OpKind::bind || op.kind == OpKind::augment || op.kind == OpKind::remove;
  if (!is_change || !op.place) return {};
  const std::string_view text = text_of(context, function.absolute(facts.places[op.place.index].range));
  return text.starts_with("os.environ[") ? environment : std::string_view();
}

/// Of each statement, whether it may name what the table knows.
std::vector<bool> statements_to_look_at(const RuleContext& context) {
  return statements_naming(context.model.symbols,
                           {"chdir", "fchdir", "umask", "putenv", "unsetenv", "environ", "setlocale", "tzset",
                            "setdefaulttimeout", "redirect_stdout", "redirect_stderr"});
}

/// Whether the module puts a mark into the environment while it is imported and takes it away again.
bool marks_import(const RuleContext& context, const std::vector<bool>& is_wanted) {
  bool sets = false;
  bool removes = false;
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionSymbol& function = context.model.function(FunctionId{i});
    if (function.code->kind != ir::FunctionKind::module || !is_wanted[function.statement]) continue;
    if (!is_of_module(context, FunctionId{i})) continue;
    for (const ir::Op& op : function.code->ops) {
      if (state_changed_by(context, function, op) != environment) continue;
      sets = sets || op.kind == OpKind::bind;
      removes = removes || op.kind == OpKind::remove;
    }
  }
  return sets && removes;
}

void report(const RuleContext& context, FunctionId id, const ir::Op& op, std::string_view state,
            std::vector<Finding>& findings) {
  const FunctionSymbol& function = context.model.function(id);
  const TextRange range = function.absolute(op.range);
  const bool is_environment = state == environment;
  const std::string name = is_environment ? "os.environ" : std::string(state);
  const bool is_call = op.kind == OpKind::call;
  const std::string written = is_call ? called_name(context, range) : name;
  const StepAccess change = is_call ? StepAccess::call : StepAccess::item_write;
  std::vector<Step> steps{make_step(context, 1, change, id, written, "changes it for itself", range),
                          make_step(context, 2, change, id, written, "changes it too: there is one for all", range)};
  const TextRange rest{range.end, function.absolute(function.code->range).end};
  if (const ir::Op* const work = first_call_within(function, rest)) {
    const TextRange place = function.absolute(work->range);
    steps.push_back(make_step(context, 1, StepAccess::call, id, called_name(context, place),
                              "works with what thread 2 wanted", place));
  }
  findings.push_back({.rule = &process_wide_change,
                      .severity = Severity::information,
                      .effect = Effect::leak_between_requests,
                      .breaks_on = BreaksOn::every_build,
                      .range = range,
                      .message = fmt::format("{} changes {}{} for every thread of the process, not only for this one",
                                             quoted(context, range), state, is_environment ? " `os.environ`" : ""),
                      .evidence = fmt::format("{} belongs to the process", state),
                      .symbol = is_environment ? "os.environ" : context.module_name + "." + function.qualified_name,
                      .interleaving = std::move(steps),
                      .fixes = {},
                      .fingerprint = 0});
}

void check(const RuleContext& context, std::vector<Finding>& findings) {
  const std::vector<bool> is_wanted = statements_to_look_at(context);
  const bool marks = marks_import(context, is_wanted);
  for (std::uint32_t i = 0; i < context.model.symbols.functions.size(); ++i) {
    const FunctionId id{i};
    const FunctionSymbol& function = context.model.function(id);
    if (!is_wanted[function.statement] || !is_of_module(context, id) || is_test_code(context, function)) continue;
    const bool is_module = function.code->kind == ir::FunctionKind::module;
    if (is_module ? !marks : !may_run_on_threads(context.model, id)) continue;
    for (const ir::Op& op : function.code->ops) {
      const std::string_view state = state_changed_by(context, function, op);
      if (state.empty() || (is_module && op.kind != OpKind::remove)) continue;
      if (is_locked_within(context.model, id, function.absolute(op.range))) continue;
      report(context, id, op, state, findings);
      break;
    }
  }
}

}  // namespace

const Rule process_wide_change{
    .info = {.name = "process-wide-change",
             .severity = Severity::information,
             .is_preview = false,
             .summary = "a function changes state of the whole process",
             .why =
                 "The working directory, the environment, the locale and the standard streams belong to the process. "
                 "A function that changes them for its own work changes them for all threads: a file that another "
                 "one opens meanwhile is looked for somewhere else, a child that it starts gets the wrong "
                 "environment. Pass the directory, environment or stream as an argument, or leave the change to the "
                 "main program. Not reported under `if __name__ == \"__main__\"` and in tests.",
             .bad = R"py(import os
import subprocess

def build(directory):
    os.chdir(directory)
    subprocess.run(["make"])
)py",
             .good = R"py(import subprocess

def build(directory):
    subprocess.run(["make"], cwd=directory)
)py",
             .repair = ""},
    .check = check,
};

}  // namespace analysis
