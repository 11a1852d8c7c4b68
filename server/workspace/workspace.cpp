#include "server/workspace/workspace.h"

#include <utility>
#include <vector>

namespace server {

bool Workspace::set_summary(const std::string& uri, std::shared_ptr<const analysis::ModuleSummary> summary) {
  std::shared_ptr<const analysis::ModuleSummary>& known = summaries_[uri];
  const bool is_same = known != nullptr && known->digest == summary->digest && known->name == summary->name;
  const bool says_nothing_new = known == nullptr && summary->uses.empty();
  known = std::move(summary);
  if (is_same || says_nothing_new) return false;
  make_project();
  return true;
}

bool Workspace::remove_summary(const std::string& uri) {
  const auto found = summaries_.find(uri);
  if (found == summaries_.end()) return false;
  const bool said_something = !found->second->uses.empty();
  summaries_.erase(found);
  if (said_something) make_project();
  return said_something;
}

void Workspace::make_project() {
  std::vector<std::shared_ptr<const analysis::ModuleSummary>> summaries;
  for (const auto& [uri, summary] : summaries_) summaries.push_back(summary);
  project_ = std::make_shared<analysis::ProjectIndex>(summaries);
}

}  // namespace server
