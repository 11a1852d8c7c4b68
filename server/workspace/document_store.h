// The open documents by URI.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/text_sync.h"
#include "server/workspace/document.h"

namespace server {

/// Main thread only. Pointers to documents stay good until the document is closed.
class DocumentStore {
 public:
  /// Replaces a document that is open already.
  Document& open(protocol::DidOpenParams opened);

  /// The draft of a document has changed; it is in sync.
  void changed(Document& document, std::optional<std::int64_t> version);

  /// Files may get another name when an `__init__.py` comes or goes: the documents that did, by URI.
  [[nodiscard]] std::vector<std::string> rename_modules();

  void close(const std::string& uri);

  /// Null if no such document is open.
  [[nodiscard]] Document* find(const std::string& uri);

  /// Whether a document stands for a file, given by its canonical path.
  [[nodiscard]] bool has_file(const std::string& file) const;

  [[nodiscard]] const std::map<std::string, Document>& all() const { return documents_; }

 private:
  std::map<std::string, Document> documents_;
  std::uint64_t last_revision_ = 0;
};

}  // namespace server
