// What a rule's check may see.
#pragma once

#include <string>

#include "analysis/concurrency/shared_state.h"
#include "analysis/project/project_index.h"
#include "analysis/rules/rule.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/text/source_text.h"

namespace analysis {

struct Initialization;

/// One module, seen together with its project. All references outlive the check.
struct RuleContext {
  const ConcurrencyModel& model;
  const SourceText& text;
  const std::string& module_name;
  const ProjectIndex& project;
  const RuleSettings& settings;
  const std::vector<Initialization>& initializations;  // analysis/rules/initialization.h
};

/// `X` as the finding's `symbol`: `module.X`, `module.Class.x`.
[[nodiscard]] std::string symbol_of(const RuleContext& context, CellId cell);

/// The first line of a piece of source, shortened to fit a message, in backticks.
[[nodiscard]] std::string quoted(const RuleContext& context, TextRange range);

/// What severity a finding about a cell has, given what it would be if the cell is certainly shared
/// (reference/accuracy.md §5): `certain` for module globals, class-level objects and certain instances, `likely` with
/// two pieces of evidence, `possible` with one. Nothing when nothing says that the cell is shared, or when the profile
/// asks for more than there is.
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
[[nodiscard]] Weight weigh(const RuleContext& context, CellId cell, SeverityScale scale);

}  // namespace analysis
