#include "server/convert/to_code_action.h"

#include <utility>

namespace server {

protocol::WorkspaceEdit to_workspace_edit(const std::vector<analysis::TextEdit>& edits, const Document& document,
                                          const Conversion& conversion) {
  protocol::TextDocumentEdit result{.uri = document.uri, .version = document.version, .edits = {}};
  for (const analysis::TextEdit& edit : edits) {
    result.edits.push_back({to_range(edit.range, *document.text(), conversion.unit), edit.replacement});
  }
  return {.new_files = {},
          .documents = {std::move(result)},
          .is_versioned = conversion.capabilities.document_changes,
          .confirmation = {}};
}

protocol::CodeAction to_code_action(const analysis::Fix& fix, std::string kind, const Document& document,
                                    const Conversion& conversion) {
  protocol::CodeAction action{.title = fix.title,
                              .kind = std::move(kind),
                              .diagnostics = {},
                              .is_preferred = fix.is_preferred,
                              .disabled_reason = fix.disabled_reason,
                              .edit = {}};
  if (!fix.disabled_reason.empty()) return action;
  action.edit = to_workspace_edit(fix.edits, document, conversion);
  if (fix.applicability == analysis::Applicability::safe) return action;
  if (conversion.capabilities.change_annotations) {
    action.edit->confirmation = {.label = fix.title, .description = "may change what the program does: look at it"};
  } else {
    action.title += " (look at the result)";
  }
  return action;
}

}  // namespace server
