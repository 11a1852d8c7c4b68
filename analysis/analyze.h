// The façade: texts in, findings out. All that a driver needs.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/project/project_index.h"
#include "analysis/project/surroundings.h"
#include "analysis/proof/proof_plan.h"
#include "analysis/review/inventory.h"
#include "analysis/rules/finding.h"
#include "analysis/rules/rule_settings.h"
#include "analysis/semantics/ir.h"
#include "analysis/semantics/parted_class.h"
#include "analysis/syntax/pieces.h"
#include "analysis/syntax/syntax_tree.h"
#include "analysis/text/source_text.h"

namespace analysis {

/// Everything one module says about itself. Immutable after `examine_module`; may be shared between threads.
struct ModuleFacts {
  std::string name;  // dotted module name; file stem when nothing better is known
  std::shared_ptr<const SourceText> text;
  /// Of this text or of an earlier one, without errors; null if there is none, and after `forget_tree`.
  std::shared_ptr<const SyntaxTree> tree;
  std::vector<ir::PlacedStatement> statements;
  std::vector<PartedClass> classes = {};         // that were edited; to make the facts of the next text from
  std::optional<Pieces> pieces = {};             // of an edited text, for the same: see `LoweredText`
  std::shared_ptr<const ModuleSummary> summary;  // never null
};

/// Never fails: broken code gives fewer facts. `previous`, the facts of an earlier text of this module, only makes it
/// faster. When `stop` is requested the facts are incomplete and must not be used.
[[nodiscard]] ModuleFacts examine_module(std::string name, std::shared_ptr<const SourceText> text,
                                         const ModuleFacts* previous = nullptr, const std::stop_token& stop = {});

/// What `examine_module` makes of the text, from the statements that it had made of it before.
[[nodiscard]] ModuleFacts recall_module(std::string name, std::shared_ptr<const SourceText> text,
                                        std::vector<ir::PlacedStatement> statements);

/// The module as the project's index keeps it. `path` is whatever the driver calls the file by.
[[nodiscard]] ProjectModule as_project_module(const ModuleFacts& module, std::string path);

/// The same of a module that nobody edits, in less memory.
[[nodiscard]] ProjectModule as_packed_module(const ModuleFacts& module, std::string path);

/// The facts that one of them was given, without their tree.
[[nodiscard]] ModuleFacts as_module_facts(const ProjectModule& module);

/// The tree of the module's text, parsed if need be.
[[nodiscard]] std::shared_ptr<const SyntaxTree> tree_of(const ModuleFacts& module);

/// Frees the tree of a module that will not be edited.
void forget_tree(ModuleFacts& module);

/// What `find_problems` takes from the project: with equal `meaning` it says the same of the same module, but for
/// places in other modules, which are the same with equal `places`. Far quicker than `find_problems`.
[[nodiscard]] Surroundings surroundings_of(const ModuleFacts& module, const ProjectIndex& project);

/// What the enabled rules say about a module, seen together with the rest of the project: sorted by place, then rule,
/// suppressions applied, those of the settings' baseline left out, `fixes` empty.
[[nodiscard]] std::vector<Finding> find_problems(const ModuleFacts& module, const ProjectIndex& project,
                                                 const RuleSettings& settings, const std::stop_token& stop = {});

/// What the analysis of a module leaves for that of its next text. One thread at a time.
struct LinkedModule;

/// The same for a module that is edited: `linked` is what its earlier text left, or null, and makes it faster; it is
/// replaced by what this one leaves, which may be null when `stop` was requested.
[[nodiscard]] std::vector<Finding> find_problems_again(const ModuleFacts& module, const ProjectIndex& project,
                                                       const RuleSettings& settings,
                                                       std::shared_ptr<LinkedModule>& linked,
                                                       const std::stop_token& stop = {});

struct Judgement {
  std::vector<Finding> findings;
  Surroundings surroundings;
};
/// `find_problems` and `surroundings_of` in one.
[[nodiscard]] Judgement judge_module(const ModuleFacts& module, const ProjectIndex& project,
                                     const RuleSettings& settings, const std::stop_token& stop = {});

/// The repairs of one finding of `find_problems`, best first. Each repair that can be applied was checked by analysing
/// the edited text: the finding is gone, no new one came, nothing new fails to parse. Others carry their reason.
[[nodiscard]] std::vector<Fix> find_fixes(const ModuleFacts& module, const Finding& finding,
                                          const ProjectIndex& project, const RuleSettings& settings);

/// Sets `fixes` of all findings of `find_problems` of a module; quicker than `find_fixes` for each.
void add_fixes(const ModuleFacts& module, std::vector<Finding>& findings, const ProjectIndex& project,
               const RuleSettings& settings);

/// What an editor asks for at a place: findings and names count that touch it.
struct RepairRequest {
  TextRange range;
  std::vector<TextRange> named = {};  // findings that are asked for wherever they are
  bool wants_fixes = false;
  bool wants_suppressions = false;
  bool wants_refactorings = false;
};
struct RepairOffer {
  std::vector<Finding> findings;               // at the place, with their fixes
  std::vector<std::vector<Fix>> suppressions;  // of each finding: comments that silence it; on its line, in the file
  std::vector<Refactoring> refactorings;       // of the cells that are named there
};
/// `findings` are those of `find_problems`. Incomplete, and not to be used, when `stop` was requested.
[[nodiscard]] RepairOffer offer_repairs(const ModuleFacts& module, const std::vector<Finding>& findings,
                                        const RepairRequest& request, const ProjectIndex& project,
                                        const RuleSettings& settings, const std::stop_token& stop = {});

/// A module after its repairs.
struct RepairedText {
  ModuleFacts module;
  std::vector<Finding> findings;  // that are left, without fixes
  std::size_t count = 0;          // findings that were repaired
};
/// Makes the best repair of every finding that has one of at most this applicability: those that stand apart together,
/// the others one after the other, each checked against the text that the ones before it left. `findings` are those of
/// `find_problems`. Incomplete, and not to be used, when `stop` was requested.
[[nodiscard]] RepairedText repair_module(ModuleFacts module, std::vector<Finding> findings, const ProjectIndex& project,
                                         const RuleSettings& settings, Applicability most,
                                         const std::stop_token& stop = {});

/// How the interleaving of one finding of `find_problems` can be performed in CPython.
[[nodiscard]] ProofPlan plan_proof(const ModuleFacts& module, const Finding& finding, const ProjectIndex& project);

/// Every shared cell of a module, with its kind, its verdicts, who writes and reads it, and the findings of
/// `find_problems`.
[[nodiscard]] Inventory review_module(const ModuleFacts& module, const ProjectIndex& project,
                                      const RuleSettings& settings, const std::stop_token& stop = {});

}  // namespace analysis
