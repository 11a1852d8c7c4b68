// All safe repairs of a document at once, as one action.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "protocol/code_action.h"
#include "server/session.h"

namespace server {

/// What a worker needs to repair a document.
struct FixAllJob {
  std::shared_ptr<const analysis::ModuleFacts> facts;
  std::shared_ptr<const analysis::ProjectIndex> project;
  std::shared_ptr<const analysis::RuleSettings> settings;
  std::vector<analysis::Finding> findings;  // all of the document
  std::stop_token stop;
};

/// What `threadlint check --fix` would change. Empty when nothing can be repaired, and when the job was stopped.
[[nodiscard]] std::vector<analysis::TextEdit> run(const FixAllJob& job, const Analysis& analysis);

/// Whether a finding may have a repair: whether it has one that is safe takes time.
[[nodiscard]] bool may_be_repaired(const std::vector<analysis::Finding>& findings);

/// With its edit, or, without, with what `resolve_code_action` needs to find it.
[[nodiscard]] protocol::CodeAction fix_all_action(const std::vector<analysis::TextEdit>& edits,
                                                  const Document& document, const Conversion& conversion);
[[nodiscard]] protocol::CodeAction fix_all_action_to_resolve(const Document& document);

}  // namespace server
