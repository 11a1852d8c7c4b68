// What can be done about code → entries of the client's menus.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/rules/finding.h"
#include "protocol/code_action.h"
#include "server/convert/to_protocol.h"
#include "server/workspace/document.h"

namespace server {

/// Versioned where the client can have it.
[[nodiscard]] protocol::WorkspaceEdit to_workspace_edit(const std::vector<analysis::TextEdit>& edits,
                                                        const Document& document, const Conversion& conversion);

/// A fix of the document as an action. The user is asked to confirm it unless it is safe, or, where the client cannot
/// ask, told in the title. With the reason when it cannot be made: whether the client shows that is up to the caller.
[[nodiscard]] protocol::CodeAction to_code_action(const analysis::Fix& fix, std::string kind, const Document& document,
                                                  const Conversion& conversion);

}  // namespace server
