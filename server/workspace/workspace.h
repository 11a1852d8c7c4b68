// What the server knows: open documents, settings, and what the modules of the workspace say of each other.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "server/workspace/document_store.h"
#include "server/workspace/settings_store.h"

namespace server {

/// What may be different for the modules that did not change themselves.
struct ProjectChange {
  bool is_visible = false;           // other modules may mean something else now
  std::vector<std::string> modules;  // whose text is another: what is said about places in them is out of date
};

/// What a file of the workspace says.
struct FileModule {
  std::string file;                                       // canonical path
  std::shared_ptr<const analysis::ProjectModule> module;  // null: there is no such file, or it can not be read
};

/// Main thread only; workers get the shared pointers.
class Workspace {
 public:
  DocumentStore documents;
  SettingsStore settings;

  [[nodiscard]] std::shared_ptr<const analysis::ProjectIndex> project() const { return project_; }

  /// Whether there is such a file, given by its canonical path, and it can be read.
  [[nodiscard]] bool has_file(const std::string& file) const;
  /// The files that no document stands for.
  [[nodiscard]] std::vector<FileModule> closed_files() const;

  // After each of these there is a new project, if anything changed.

  /// What the module of an open document says now. It stands for the file of the document.
  [[nodiscard]] ProjectChange set_module(const std::string& uri, const analysis::ModuleFacts& module);
  /// The document, which is still open, has no known text any more: its file stands for itself.
  [[nodiscard]] ProjectChange remove_module(const std::string& uri);
  /// What is on the disk.
  [[nodiscard]] ProjectChange set_files(std::vector<FileModule> files);

 private:
  /// The document's module counts, if there is one.
  struct Sources {
    std::shared_ptr<const analysis::ProjectModule> document;
    std::shared_ptr<const analysis::ProjectModule> file;

    [[nodiscard]] const std::shared_ptr<const analysis::ProjectModule>& current() const {
      return document != nullptr ? document : file;
    }
  };

  /// Puts `module` into one of the sources of a file.
  void replace(const std::string& file, std::shared_ptr<const analysis::ProjectModule> Sources::*source,
               std::shared_ptr<const analysis::ProjectModule> module, ProjectChange& change);
  void make_project();

  std::shared_ptr<const analysis::ProjectIndex> project_ = std::make_shared<analysis::ProjectIndex>();
  std::map<std::string, Sources> modules_;  // by `Document::file`
};

}  // namespace server
