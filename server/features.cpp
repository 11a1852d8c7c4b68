#include "server/features.h"

namespace server {

bool is_switched_off(const Features& features, std::string_view method) {
  const bool is_hierarchy = method.starts_with("callHierarchy/") || method == "textDocument/prepareCallHierarchy";
  return (!features.hover && method == "textDocument/hover") ||
         (!features.document_highlight && method == "textDocument/documentHighlight") ||
         (!features.code_lens && method == "textDocument/codeLens") ||
         (!features.references && method == "textDocument/references") || (!features.call_hierarchy && is_hierarchy);
}

}  // namespace server
