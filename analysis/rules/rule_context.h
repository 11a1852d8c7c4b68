// What a rule's check may see.
#pragma once

#include <string>

#include "analysis/concurrency/shared_state.h"
#include "analysis/project/project_index.h"
#include "analysis/rules/rule.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/rules/run_accesses.h"
#include "analysis/text/source_text.h"

namespace analysis {

struct Initialization;

/// One module, seen together with its project. All references outlive the check.
struct RuleContext {
  const ConcurrencyModel& model;
  const SourceText& text;
  const std::string& module_name;
  const Program& program;  // what `model` was built of
  const ProjectIndex& project;
  const RuleSettings& settings;
  const std::vector<Initialization>& initializations;  // analysis/rules/initialization.h
  const RunAccesses& accesses;
};

/// `X` as the finding's `symbol`: `module.X`, `module.Class.x`.
[[nodiscard]] std::string symbol_of(const RuleContext& context, CellId cell);

/// Where a range of the program is.
struct ProgramPlace {
  std::string_view module;  // empty: the module itself
  const SourceText& text;
  TextRange range;  // in that text
};
[[nodiscard]] ProgramPlace place_of(const RuleContext& context, TextRange range);
[[nodiscard]] bool is_in_module(const RuleContext& context, TextRange range);
/// Where to report an access: itself, or, when another module makes it to a cell of this one, the call that leads
/// there.
[[nodiscard]] TextRange reported_range(const RuleContext& context, const Trace& trace, const Access& access);
[[nodiscard]] std::string_view text_of(const RuleContext& context, TextRange range);
/// "line 12", "line 12 of `shop.base`".
[[nodiscard]] std::string line_of(const RuleContext& context, std::uint32_t offset);

/// The first line of a piece of source, shortened to fit a message, in backticks.
[[nodiscard]] std::string quoted(const RuleContext& context, TextRange range);

/// What severity a finding about a cell has, given what it would be if the cell is certainly shared
/// (reference/accuracy.md §5): `certain` for module globals, class-level objects and certain instances, `likely` with
/// two pieces of evidence, `possible` with one. Nothing when nothing says that the cell is shared, or when the profile
/// asks for more than there is. `by` is the function whose doing is reported.
struct SeverityScale {
  Severity certain;
  Severity likely;
  Severity possible;
};
struct Weight {
  bool is_reported = false;
  Severity severity = Severity::hint;
  std::string evidence;
};
[[nodiscard]] Weight weigh(const RuleContext& context, CellId cell, SeverityScale scale, FunctionId by = {});
/// The same for what a class does with its own objects, whichever attributes it uses.
[[nodiscard]] Weight weigh_objects(const RuleContext& context, ClassId of, SeverityScale scale);

}  // namespace analysis
