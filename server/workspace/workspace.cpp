#include "server/workspace/workspace.h"

#include <utility>

namespace server {

using analysis::ProjectModule;

namespace {

/// Records what it means that `after` stands where `before` stood; either may be null.
void note(const ProjectModule* before, const ProjectModule* after, ProjectChange& change) {
  if (before == after) return;
  if (before == nullptr || after == nullptr || before->summary->name != after->summary->name) {
    change.is_visible = true;
    return;
  }
  if (before->summary->digest != after->summary->digest) change.is_visible = true;
  if (before->path != after->path || before->text()->bytes() != after->text()->bytes()) {
    change.modules.push_back(after->summary->name);
  }
}

}  // namespace

void Workspace::replace(const std::string& file, std::shared_ptr<const ProjectModule> Sources::*source,
                        std::shared_ptr<const ProjectModule> module, ProjectChange& change) {
  Sources& sources = modules_[file];
  const std::shared_ptr<const ProjectModule> before = sources.current();
  sources.*source = std::move(module);
  note(before.get(), sources.current().get(), change);
  if (sources.current() == nullptr) modules_.erase(file);
}

bool Workspace::has_file(const std::string& file) const {
  const auto known = modules_.find(file);
  return known != modules_.end() && known->second.file != nullptr;
}

std::vector<FileModule> Workspace::closed_files() const {
  std::vector<FileModule> files;
  for (const auto& [file, sources] : modules_) {
    if (sources.document == nullptr) files.push_back({file, sources.file});
  }
  return files;
}

ProjectChange Workspace::set_module(const std::string& uri, const analysis::ModuleFacts& module) {
  ProjectChange change;
  const Document* const document = documents.find(uri);
  if (document == nullptr) return change;
  const auto known = modules_.find(document->file);
  const ProjectModule* const before = known == modules_.end() ? nullptr : known->second.document.get();
  if (before != nullptr && before->text() == module.text && before->summary->name == module.name) return change;
  replace(document->file, &Sources::document,
          std::make_shared<const ProjectModule>(analysis::as_project_module(module, uri)), change);
  make_project();
  return change;
}

ProjectChange Workspace::remove_module(const std::string& uri) {
  ProjectChange change;
  const Document* const document = documents.find(uri);
  if (document == nullptr || !modules_.contains(document->file)) return change;
  replace(document->file, &Sources::document, nullptr, change);
  make_project();
  return change;
}

ProjectChange Workspace::set_files(std::vector<FileModule> files) {
  ProjectChange change;
  if (files.empty()) return change;
  for (FileModule& each : files) replace(each.file, &Sources::file, std::move(each.module), change);
  make_project();
  return change;
}

void Workspace::make_project() {
  std::vector<std::shared_ptr<const ProjectModule>> modules;
  modules.reserve(modules_.size());
  for (const auto& [file, sources] : modules_) modules.push_back(sources.current());
  project_ = std::make_shared<analysis::ProjectIndex>(std::move(modules), *project_);
}

}  // namespace server
