// Starts libgit2, which serves us for ignore files and for differences of texts.
#pragma once

namespace server {

/// To be called before anything of libgit2; again is harmless, from any thread. libgit2 is never shut down: it frees
/// what it keeps for a thread when that thread ends, and worker threads may end after the work is done.
void start_git_library();

}  // namespace server
