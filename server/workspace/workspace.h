// What the server knows: open documents, settings, and what the modules of the open documents say of each other.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "analysis/analyze.h"
#include "analysis/rules/rule_settings.h"
#include "server/workspace/document_store.h"

namespace server {

/// Main thread only; workers get the shared pointers.
class Workspace {
 public:
  DocumentStore documents;

  [[nodiscard]] std::shared_ptr<const analysis::RuleSettings> settings() const { return settings_; }
  [[nodiscard]] std::shared_ptr<const analysis::ProjectIndex> project() const { return project_; }

  /// What the module of a document says now. Whether other modules need another look; then there is a new project.
  [[nodiscard]] bool set_module(const std::string& uri, const analysis::ModuleFacts& module);
  /// The same, when the document is closed.
  [[nodiscard]] bool remove_module(const std::string& uri);

 private:
  void make_project();

  std::shared_ptr<const analysis::RuleSettings> settings_ = std::make_shared<analysis::RuleSettings>();
  std::shared_ptr<const analysis::ProjectIndex> project_ = std::make_shared<analysis::ProjectIndex>();
  std::map<std::string, analysis::ProjectModule> modules_;  // by URI
};

}  // namespace server
