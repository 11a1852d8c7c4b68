// Comments that silence findings: `# threadlint: ignore[rule, …] reason`.
//
// Behind code, a comment speaks for findings that begin in its line; behind the last line of a statement of several
// lines, for the whole statement. On a line of its own it speaks for the statement below, comments and empty lines
// skipped. `ignore-file` speaks for the module, wherever it stands. Without brackets all rules are meant except
// `unused-suppression`, which must be named.
#pragma once

#include <string>
#include <vector>

#include "analysis/rules/finding.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/semantics/ir.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// One name in the brackets.
struct SuppressedRule {
  std::string name;  // empty: the comment has no brackets
  TextRange range;   // of the name; of the comment if it has no brackets
  bool is_used = false;
};

struct SuppressionComment {
  TextRange range;    // from its `#` to its last byte; another tool's part of the same comment is not in it
  TextRange covered;  // a finding that begins here is meant
  bool is_for_file = false;
  std::vector<SuppressedRule> rules;  // never empty
};

struct Suppressions {
  std::vector<SuppressionComment> comments;  // in the order of the text
  bool has_errors = false;                   // some code did not parse: what a comment silences may be hidden
};

/// Reads the directives of the statements of `text`. What is not understood silences nothing.
[[nodiscard]] Suppressions collect_suppressions(const SourceText& text,
                                                const std::vector<ir::PlacedStatement>& statements);

/// Removes the findings that are silenced and marks what silenced them as used: of several names that could, the
/// nearest.
void apply_suppressions(Suppressions& suppressions, std::vector<Finding>& findings);

/// The findings of `unused-suppression`: names that silenced nothing, after `apply_suppressions` on the findings of all
/// other rules. A name whose rule is not enabled is not reported: whether it is needed is not known then. Nothing when
/// `unused-suppression` is not enabled. Sorted by place.
[[nodiscard]] std::vector<Finding> find_unused_suppressions(Suppressions& suppressions, const RuleSettings& settings);

/// Removes what a finding of `find_unused_suppressions` reports: the name, or the comment, with its line if it is alone
/// there.
[[nodiscard]] Fix remove_unused_suppression(const SourceText& text, const std::vector<ir::PlacedStatement>& statements,
                                            const Finding& finding);

}  // namespace analysis
