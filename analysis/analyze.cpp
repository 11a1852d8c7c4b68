#include "analysis/analyze.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/project/linker.h"
#include "analysis/project/summarise.h"
#include "analysis/rules/initialization.h"
#include "analysis/rules/registry.h"
#include "analysis/rules/repair.h"
#include "analysis/rules/rule_context.h"
#include "analysis/rules/suppression.h"
#include "analysis/semantics/library_knowledge.h"
#include "analysis/semantics/lowering.h"

namespace analysis {
namespace {

void trim(std::string_view& text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  text = text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// From what stays when lines move: rule, cell, function and the text of the line; equal ones are counted.
void set_fingerprints(const ModuleFacts& module, std::vector<Finding>& findings) {
  std::map<std::string, int> seen;
  for (Finding& finding : findings) {
    const LineIndex& lines = module.text->lines();
    std::string_view line =
        module.text->slice(lines.line_range(module.text->bytes(), lines.line_of(finding.range.begin)));
    trim(line);
    std::string key(finding.rule->info.name);
    key.append("\n").append(finding.symbol.empty() ? module.name : finding.symbol).append("\n").append(line);
    if (!finding.interleaving.empty()) key.append("\n").append(finding.interleaving.front().function);
    key.append("\n").append(std::to_string(seen[key]++));
    finding.fingerprint = XXH3_64bits(key.data(), key.size());
  }
}

/// A module with what it needs of others, and all that rules ask about it. Incomplete when `stop` was requested.
struct LinkedModel {
  Program program;
  std::unique_ptr<const ConcurrencyModel> model;
  std::vector<Initialization> initializations;
  RunAccesses accesses;

  LinkedModel(const ModuleFacts& module, const ProjectIndex& project, const std::stop_token& stop)
      : program(link(as_project_module(module, {}), project)), model(build_model(program, stop)) {
    if (stop.stop_requested()) return;
    initializations = find_initializations(*model);
    accesses = collect_run_accesses(*model);
  }

  /// Views of this and of what it is given.
  [[nodiscard]] RuleContext context(const ModuleFacts& module, const ProjectIndex& project,
                                    const RuleSettings& settings) const {
    return {*model, *module.text, module.name, program, project, settings, initializations, accesses};
  }
};

/// Whether two findings are of one place: where they are reported, or where one's first step is.
bool are_of_one_place(const Finding& left, const Finding& right) {
  const auto begins_at = [](const Finding& finding, TextRange range) {
    return !finding.interleaving.empty() && finding.interleaving.front().module.empty() &&
           finding.interleaving.front().range.overlaps(range);
  };
  return left.range.overlaps(right.range) || begins_at(left, right.range) || begins_at(right, left.range);
}

/// Whether two findings are about one race: the same cell, in the same function or at the same place.
bool is_same_race(const Finding& left, const Finding& right) {
  if (left.symbol != right.symbol) return false;
  if (are_of_one_place(left, right)) return true;
  // That others see the cell at all is another matter than how they come in between.
  if ((left.effect == Effect::leak_between_requests) != (right.effect == Effect::leak_between_requests)) return false;
  return !left.interleaving.empty() && !right.interleaving.empty() &&
         left.interleaving.front().function == right.interleaving.front().function;
}

/// Whether the first of two findings about one race stands for both: unless the other is graver and of another place.
bool stands_for(const Finding& first, const Finding& other) {
  return is_same_race(first, other) && (first.severity <= other.severity || are_of_one_place(first, other));
}

/// Every rule runs, so that what one says does not depend on which others are selected. Of several findings about one
/// race the rule that comes first in rules.def keeps its own.
std::vector<Finding> run_rules(const RuleContext& context, const std::stop_token& stop) {
  std::vector<Finding> findings;
  for (const Rule* rule : all_rules()) {
    if (stop.stop_requested()) return {};
    const auto known = static_cast<std::ptrdiff_t>(findings.size());
    rule->check(context, findings);
    const auto is_known = [&](const Finding& finding) {
      return std::any_of(findings.begin(), findings.begin() + known,
                         [&](const Finding& other) { return stands_for(other, finding); });
    };
    findings.erase(std::remove_if(findings.begin() + known, findings.end(), is_known), findings.end());
  }
  return findings;
}

void apply_settings(const RuleSettings& settings, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](const Finding& finding) { return !is_enabled(settings, *finding.rule); });
  for (Finding& finding : findings) {
    const auto chosen = settings.severities.find(finding.rule->info.name);
    if (chosen != settings.severities.end()) finding.severity = chosen->second;
  }
}

std::uint32_t count_errors(const SyntaxTree& tree) {
  std::uint32_t count = 0;
  std::vector<Node> open{tree.root()};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (!node.has_error()) continue;
    if (node.kind() == Kind::error || node.is_missing()) ++count;
    for (std::uint32_t i = 0; i < node.child_count(); ++i) open.push_back(node.child(i));
  }
  return count;
}

std::vector<Finding> problems_in(const ModuleFacts& module, const RuleContext& context, const std::stop_token& stop) {
  std::vector<Finding> findings = run_rules(context, stop);
  // The others are for those who ask about these modules.
  std::erase_if(findings, [&](const Finding& finding) { return !is_in_module(context, finding.range); });
  if (is_test_module(module.name)) {
    for (Finding& finding : findings) finding.severity = Severity::hint;
  }
  apply_settings(context.settings, findings);
  Suppressions suppressions = collect_suppressions(*module.text, module.statements);
  apply_suppressions(suppressions, findings);
  std::vector<Finding> unused = find_unused_suppressions(suppressions, context.settings);
  apply_settings(context.settings, unused);
  findings.insert(findings.end(), std::make_move_iterator(unused.begin()), std::make_move_iterator(unused.end()));
  std::ranges::stable_sort(findings, [](const Finding& left, const Finding& right) {
    return std::tuple(left.range, left.rule->info.name) < std::tuple(right.range, right.rule->info.name);
  });
  set_fingerprints(module, findings);
  return findings;
}

/// How often each rule speaks of each cell.
std::map<std::pair<const Rule*, std::string>, int> tally(const std::vector<Finding>& findings) {
  std::map<std::pair<const Rule*, std::string>, int> counts;
  for (const Finding& finding : findings) ++counts[{finding.rule, finding.symbol}];
  return counts;
}

/// A module whose findings are repaired: what every repair needs, made once.
class RepairedModule {
 public:
  RepairedModule(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings)
      : module_(module),
        tree_(tree_of(module)),
        linked_(module, project, {}),
        context_(linked_.context(module_, project, settings)) {
    module_.tree = tree_->root().has_error() ? nullptr : tree_;  // only such a one helps to parse the edited text
  }
  RepairedModule(const RepairedModule&) = delete;
  RepairedModule& operator=(const RepairedModule&) = delete;
  RepairedModule(RepairedModule&&) = delete;
  RepairedModule& operator=(RepairedModule&&) = delete;
  ~RepairedModule() = default;

  std::vector<Fix> fixes_of(const Finding& finding) {
    std::vector<Fix> fixes = repair(context_, *tree_, module_.statements, finding);
    for (Fix& fix : fixes) {
      if (!fix.disabled_reason.empty()) continue;
      fix.disabled_reason = objection_to(finding, fix);
      if (fix.disabled_reason.empty()) continue;
      fix.edits.clear();
      fix.is_preferred = false;
    }
    return fixes;
  }

 private:
  /// Why a fix must not be offered; empty if the edited text has lost the finding and gained none.
  std::string objection_to(const Finding& finding, const Fix& fix) {
    const auto edited = apply_edits(module_.text->bytes(), fix.edits);
    if (!edited) return "the edits overlap";
    const ModuleFacts after = examine_module(module_.name, make_source_text(*edited), &module_);
    if (count_errors(*tree_) < count_errors(*tree_of(after))) return "the rewritten code does not parse";
    if (!before_) before_ = tally(problems_in(module_, context_, {}));
    for (const auto& [key, count] : tally(find_problems(after, context_.project, context_.settings))) {
      const auto known = before_->find(key);
      const int allowed = known == before_->end() ? 0 : known->second;
      const bool is_fixed_one = key == std::pair(finding.rule, finding.symbol);
      if (is_fixed_one && allowed <= count) return "the rewritten code has the same problem";
      // That the work may be done twice was so before: the graver finding stood for it.
      const bool is_implied = key.first->info.name == "duplicate-initialization" && key.second == finding.symbol;
      if (allowed < count && !is_implied)
        return "the rewritten code has another problem: " + std::string(key.first->info.name);
    }
    return {};
  }

  ModuleFacts module_;
  std::shared_ptr<const SyntaxTree> tree_;
  LinkedModel linked_;
  RuleContext context_;
  std::optional<std::map<std::pair<const Rule*, std::string>, int>> before_;  // the tally of its findings
};

}  // namespace

ModuleFacts examine_module(std::string name, std::shared_ptr<const SourceText> text, const ModuleFacts* previous,
                           const std::stop_token& stop) {
  ModuleFacts module;
  module.name = std::move(name);
  module.text = text;
  const SyntaxTree* const known_tree = previous == nullptr ? nullptr : previous->tree.get();
  module.tree = parse_without_errors(text, known_tree, stop);
  if (previous == nullptr) {
    module.statements = lower(text->bytes(), module.tree.get(), {}, stop);
  } else {
    module.statements = lower(text->bytes(), module.tree.get(), {previous->text->bytes(), previous->statements}, stop);
    if (module.tree == nullptr) module.tree = previous->tree;
  }
  module.summary = summarise(module.name, module.statements);
  return module;
}

ProjectModule as_project_module(const ModuleFacts& module, std::string path) {
  return {.path = std::move(path), .summary = module.summary, .text = module.text, .statements = module.statements};
}

std::shared_ptr<const SyntaxTree> tree_of(const ModuleFacts& module) {
  const bool is_current = module.tree != nullptr && &module.tree->text() == module.text.get();
  return is_current ? module.tree : parse(module.text);
}

void forget_tree(ModuleFacts& module) { module.tree = nullptr; }

Surroundings surroundings_of(const ModuleFacts& module, const ProjectIndex& project) {
  const ProjectModule seen = as_project_module(module, {});
  return surroundings_of(link(seen, project), seen, project);
}

std::vector<Finding> find_problems(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings,
                                   const std::stop_token& stop) {
  const LinkedModel linked(module, project, stop);
  if (stop.stop_requested()) return {};
  return problems_in(module, linked.context(module, project, settings), stop);
}

std::vector<Fix> find_fixes(const ModuleFacts& module, const Finding& finding, const ProjectIndex& project,
                            const RuleSettings& settings) {
  return RepairedModule(module, project, settings).fixes_of(finding);
}

void add_fixes(const ModuleFacts& module, std::vector<Finding>& findings, const ProjectIndex& project,
               const RuleSettings& settings) {
  if (findings.empty()) return;
  RepairedModule repaired(module, project, settings);
  for (Finding& finding : findings) finding.fixes = repaired.fixes_of(finding);
}

ProofPlan plan_proof(const ModuleFacts& module, const Finding& finding, const ProjectIndex& project) {
  const LinkedModel linked(module, project, {});
  return plan_proof(linked.context(module, project, {}), finding);
}

Inventory review_module(const ModuleFacts& module, const ProjectIndex& project, const RuleSettings& settings,
                        const std::stop_token& stop) {
  const LinkedModel linked(module, project, stop);
  if (stop.stop_requested()) return {};
  const RuleContext context = linked.context(module, project, settings);
  return take_inventory(context, problems_in(module, context, stop), stop);
}

}  // namespace analysis
