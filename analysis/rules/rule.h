// The whole contract of a rule.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/rules/finding.h"

namespace analysis {

struct RuleContext;  // what a check may see: analysis/rules/rule_context.h

/// Constant data; feeds the rule reference, `explain`, hover text and links.
struct RuleInfo {
  std::string_view name;                  // "incomplete-initialization"
  Severity severity = Severity::warning;  // the highest that it reports
  bool is_preview = false;                // runs only where settings say `preview`
  std::string_view summary = {};          // half a sentence: "a shared cell is published before it is filled"
  std::string_view why = {};              // a paragraph: what breaks, on which builds
  std::string_view bad = {};              // Python that yields exactly this rule
  std::string_view good = {};             // the same, right: yields nothing
  std::string_view repair = {};  // a paragraph: what the fix does and when it is not offered; empty when there is none
};

/// A rule is a value: its metadata and a function that adds its findings.
struct Rule {
  RuleInfo info;
  void (*check)(const RuleContext& module, std::vector<Finding>& findings);
};

}  // namespace analysis
