#include "server/workspace/ignore_rules.h"

#include <git2.h>
#include <git2/sys/repository.h>
#include <sys/stat.h>

#include "server/workspace/git_library.h"

namespace server {
namespace {

/// A repository that exists in memory only: folders that came without `.git`, as an archive does, have ignore files
/// too.
git_repository* repository_around(const std::string& root) {
  git_repository* repository = nullptr;
  if (git_repository_new(&repository) != 0) return nullptr;
  if (git_repository_set_workdir(repository, root.c_str(), /*update_gitlink=*/0) == 0) return repository;
  git_repository_free(repository);
  return nullptr;
}

git_repository* open_repository(const std::string& root) {
  start_git_library();
  git_repository* repository = nullptr;
  if (git_repository_open(&repository, root.c_str()) == 0) return repository;
  return repository_around(root);
}

/// Whether a `.git` stands in the folder or above it. Saves starting libgit2, which reads certificates and more.
bool may_be_in_repository(std::string path) {
  for (;; path.resize(path.rfind('/'))) {
    struct stat status {};
    if (::lstat((path + "/.git").c_str(), &status) == 0) return true;
    if (path.find('/') == std::string::npos) return false;
  }
}

}  // namespace

void IgnoreRules::Close::operator()(git_repository* repository) const { git_repository_free(repository); }

IgnoreRules::IgnoreRules(const std::string& root) : repository_(open_repository(root)) {}

bool IgnoreRules::is_ignored(const std::string& path) const {
  int ignored = 0;
  return repository_ && git_ignore_path_is_ignored(&ignored, repository_.get(), path.c_str()) == 0 && ignored != 0;
}

std::string working_tree_of(const std::string& path) {
  if (!may_be_in_repository(path)) return {};
  start_git_library();
  git_repository* found = nullptr;
  if (git_repository_open_ext(&found, path.c_str(), GIT_REPOSITORY_OPEN_CROSS_FS, nullptr) != 0) return {};
  const std::unique_ptr<git_repository, decltype(&git_repository_free)> repository(found, git_repository_free);
  const char* top = git_repository_workdir(repository.get());
  if (top == nullptr) return {};
  std::string tree = top;
  while (1 < tree.size() && tree.back() == '/') tree.pop_back();
  return tree;
}

}  // namespace server
