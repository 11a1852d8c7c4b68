#include "server/workspace/document_store.h"

#include <algorithm>

#include <utility>

#include "protocol/uri.h"
#include "server/workspace/canonical_path.h"
#include "server/workspace/module_name.h"

namespace server {
namespace {

std::string module_of(const std::string& uri) {
  if (const std::optional<std::string> path = protocol::path_of_uri(uri)) return module_name(*path);
  // `untitled:Untitled-1` and the like have no path: what follows the last separator must do.
  return uri.substr(uri.find_last_of(":/") + 1);
}

}  // namespace

Document& DocumentStore::open(protocol::DidOpenParams opened) {
  Document document{.uri = opened.uri,
                    .file = file_of_uri(opened.uri),
                    .module = module_of(opened.uri),
                    .is_python = opened.language == "python",
                    .version = opened.version,
                    .revision = ++last_revision_,
                    .draft = analysis::TextDraft(analysis::make_source_text(std::move(opened.text)))};
  return documents_.insert_or_assign(opened.uri, std::move(document)).first->second;
}

void DocumentStore::changed(Document& document, std::optional<std::int64_t> version) {
  document.version = version;
  document.revision = ++last_revision_;
  document.is_out_of_sync = false;
}

std::vector<std::string> DocumentStore::rename_modules() {
  std::vector<std::string> renamed;
  for (auto& [uri, document] : documents_) {
    std::string module = module_of(uri);
    if (module == document.module) continue;
    document.module = std::move(module);
    renamed.push_back(uri);
  }
  return renamed;
}

bool DocumentStore::has_file(const std::string& file) const {
  return std::ranges::any_of(documents_, [&](const auto& entry) { return entry.second.file == file; });
}

void DocumentStore::close(const std::string& uri) { documents_.erase(uri); }

Document* DocumentStore::find(const std::string& uri) {
  const auto found = documents_.find(uri);
  return found == documents_.end() ? nullptr : &found->second;
}

}  // namespace server
