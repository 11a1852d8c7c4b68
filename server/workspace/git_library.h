// Starts libgit2, which serves us for ignore files and for differences of texts.
#pragma once

namespace server {

/// libgit2 works as long as one of these lives. They may nest.
class GitLibrary {
 public:
  GitLibrary();
  ~GitLibrary();
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
};

}  // namespace server
