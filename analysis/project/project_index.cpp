#include "analysis/project/project_index.h"

namespace analysis {
namespace {

std::string key_of(std::string_view module, std::string_view name) {
  std::string key(module);
  key.push_back('\0');
  key.append(name);
  return key;
}

}  // namespace

ProjectIndex::ProjectIndex(const std::vector<std::shared_ptr<const ModuleSummary>>& modules) {
  for (const auto& summary : modules) {
    for (const ForeignUse& use : summary->uses) {
      bool& is_mutated = uses_[key_of(use.module, use.name)];
      is_mutated = is_mutated || use.is_mutation;
    }
  }
}

bool ProjectIndex::is_imported(std::string_view module, std::string_view name) const {
  return uses_.contains(key_of(module, name)) || uses_.contains(key_of(module, "*"));
}

bool ProjectIndex::is_mutated(std::string_view module, std::string_view name) const {
  const auto found = uses_.find(key_of(module, name));
  return found != uses_.end() && found->second;
}

}  // namespace analysis
