// What `.gitignore` files say, as git reads them.
#pragma once

#include <memory>
#include <string>

struct git_repository;

namespace server {

/// The rules of one working tree. Not to be used by two threads at once.
class IgnoreRules {
 public:
  /// `root` is the absolute path of a folder: the top of a git working tree or, where there is no repository, any
  /// folder.
  explicit IgnoreRules(const std::string& root);

  /// `path` is relative to the root; that of a folder ends in a slash.
  [[nodiscard]] bool is_ignored(const std::string& path) const;

 private:
  struct Close {
    void operator()(git_repository* repository) const;
  };
  std::unique_ptr<git_repository, Close> repository_;  // null: nothing is ignored
};

/// The top of the working tree that holds the folder `path`, an absolute one; without a slash at its end. Empty when
/// git knows none.
[[nodiscard]] std::string working_tree_of(const std::string& path);

}  // namespace server
