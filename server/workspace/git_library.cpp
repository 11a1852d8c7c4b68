#include "server/workspace/git_library.h"

#include <git2.h>

namespace server {

void start_git_library() {
  static const int starts = [] {
    const int count = git_libgit2_init();
    // Only ignore files are read, which is harmless in other people's repositories; containers often mount those.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return count;
  }();
  (void)starts;
}

}  // namespace server
