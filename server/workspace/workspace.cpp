#include "server/workspace/workspace.h"

#include <utility>
#include <vector>

namespace server {

bool Workspace::set_module(const std::string& uri, const analysis::ModuleFacts& module) {
  const auto known = modules_.find(uri);
  const bool is_known = known != modules_.end();
  if (is_known && known->second.text == module.text && known->second.summary->name == module.name) return false;
  const bool says_the_same =
      is_known ? known->second.summary->digest == module.summary->digest && known->second.summary->name == module.name
               : module.summary->uses.empty();
  modules_[uri] = analysis::as_project_module(module, uri);
  make_project();
  // Those who import from it look into its code.
  return !says_the_same || project_->has_relatives(module.name);
}

bool Workspace::remove_module(const std::string& uri) {
  const auto found = modules_.find(uri);
  if (found == modules_.end()) return false;
  const bool matters = !found->second.summary->uses.empty() || project_->has_relatives(found->second.summary->name);
  modules_.erase(found);
  make_project();
  return matters;
}

void Workspace::make_project() {
  std::vector<analysis::ProjectModule> modules;
  for (const auto& [uri, module] : modules_) modules.push_back(module);
  project_ = std::make_shared<analysis::ProjectIndex>(std::move(modules));
}

}  // namespace server
