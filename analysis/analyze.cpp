#include "analysis/analyze.h"

#include "analysis/semantics/lowering.h"

namespace analysis {

ModuleFacts examine_module(std::string name, std::shared_ptr<const SourceText> text, const ModuleFacts* previous,
                           const std::stop_token& stop) {
  ModuleFacts module{.name = std::move(name), .text = text, .tree = nullptr, .statements = {}, .summary = nullptr};
  auto summary = std::make_shared<ModuleSummary>();
  summary->name = module.name;
  module.summary = std::move(summary);
  module.tree = parse(std::move(text), previous == nullptr ? nullptr : previous->tree.get(), stop);
  return module;
}

void forget_tree(ModuleFacts& module) { module.tree = nullptr; }

std::vector<Finding> find_problems(const ModuleFacts&, const ProjectIndex&, const RuleSettings&, const std::stop_token&) {
  return {};
}

std::vector<Fix> find_fixes(const ModuleFacts&, const Finding&, const ProjectIndex&, const RuleSettings&) { return {}; }

}  // namespace analysis
