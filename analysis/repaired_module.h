// A module whose problems are repaired: every repair is tried on its text before it is offered.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/linked_module.h"

namespace analysis {

/// What every repair of one text needs, made once.
class RepairedModule {
 public:
  /// `problems` are all that `find_problems` says of the module; they are looked for when they are not known.
  RepairedModule(const ModuleFacts& module, std::optional<std::vector<Finding>> problems, const ProjectIndex& project,
                 const RuleSettings& settings, std::stop_token stop = {});
  RepairedModule(const RepairedModule&) = delete;
  RepairedModule& operator=(const RepairedModule&) = delete;
  RepairedModule(RepairedModule&&) = delete;
  RepairedModule& operator=(RepairedModule&&) = delete;
  ~RepairedModule() = default;

  /// See `find_fixes`. Not to be used when `stop` was requested.
  [[nodiscard]] std::vector<Fix> fixes_of(const Finding& finding);

  struct Edited {
    ModuleFacts module;
    std::vector<Finding> findings;
    std::size_t count = 1;  // findings that were repaired
  };
  /// The module after the repair of a finding: the preferred one if it can be made, else the best that can. Nothing
  /// when that one is of more than `most`.
  [[nodiscard]] std::optional<Edited> repaired(const Finding& finding, Applicability most);
  /// The module after the repairs of several findings at once, of different cells and apart from each other: one
  /// analysis proves them all. Nothing when there are not several, or when together they do harm.
  [[nodiscard]] std::optional<Edited> repaired_together(Applicability most);

  /// See `Refactoring`.
  [[nodiscard]] std::vector<Refactoring> refactorings_at(TextRange range);

 private:
  using Tally = std::map<std::pair<const Rule*, std::string>, int>;

  /// What became of the module, or why it must not be edited so.
  struct Trial {
    Edited edited;
    std::string objection;
  };
  [[nodiscard]] Trial edit(const Fix& fix) const;
  /// Whether the edited text has lost the finding and gained none.
  [[nodiscard]] Trial try_fix(const Finding& finding, const Fix& fix);
  /// The same for the findings that a fix of them all repairs.
  [[nodiscard]] Trial try_fix(const std::vector<const Finding*>& findings, const Fix& fix);
  /// The repairs of a finding that can be made, the preferred ones first, none tried.
  [[nodiscard]] std::vector<Fix> candidates(const Finding& finding) const;
  [[nodiscard]] Trial try_refactoring(const Refactoring& refactoring);
  [[nodiscard]] const std::vector<Finding>& problems();
  [[nodiscard]] const Tally& before();
  [[nodiscard]] bool may_go_on() const { return !stop_.stop_requested(); }

  ModuleFacts module_;
  std::stop_token stop_;
  std::shared_ptr<const SyntaxTree> tree_;
  LinkedModule linked_;
  RuleContext context_;
  std::optional<std::vector<Finding>> problems_;
  std::optional<Tally> before_;  // how often each rule speaks of each cell
};

}  // namespace analysis
