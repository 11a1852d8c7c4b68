#include "server/workspace/file_finder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "server/workspace/ignore_rules.h"

namespace server {
namespace {

/// Folders that hold no code of the project: version control, caches, and packages that others wrote.
constexpr auto foreign_folders = std::to_array<std::string_view>(
    {".direnv", ".eggs", ".git", ".hg", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv",
     "__pycache__", "__pypackages__", "node_modules", "site-packages"});

/// The file that marks a virtual environment, whatever the name of its folder.
constexpr std::string_view environment_mark = "pyvenv.cfg";

using FolderId = std::pair<dev_t, ino_t>;

struct Folder {
  std::string path;                 // as the user spelled it; empty: the current one
  std::string real;                 // absolute and without links
  std::optional<std::size_t> tree;  // whose ignore rules hold; nothing: none do
  std::string inside;               // path within that tree, empty or ending in a slash
  bool has_rules = false;           // the tree is git's, or holds a `.gitignore` here or above: else nothing is ignored
  bool is_given = false;            // the user named it, so it is searched whatever it is
};

/// What was read of one folder, without what is ignored.
struct Listing {
  FolderId id;
  std::vector<std::string> folders;
  std::vector<FoundFile> files;  // by name
  std::vector<std::string> links;
  bool is_repository = false;
  bool is_environment = false;
  bool has_rules = false;  // as of the folder, with what was found in it
  int error = 0;
};

struct CloseFolder {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

bool is_python(std::string_view name) { return name.ends_with(".py") || name.ends_with(".pyw"); }

std::string joined(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

const char* openable(const std::string& path) { return path.empty() ? "." : path.c_str(); }

/// Absolute and without links; empty when there is no such path.
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(openable(path), nullptr), std::free);
  return real ? std::string(real.get()) : std::string();
}

bool is_at_or_above(std::string_view folder, std::string_view path) {
  return folder == "/" || folder == path || (path.starts_with(folder) && path[folder.size()] == '/');
}

mode_t type_of(int folder, const dirent& entry, struct stat& status) {
  if (entry.d_type == DT_DIR) return S_IFDIR;
  if (entry.d_type == DT_LNK) return S_IFLNK;
  if (entry.d_type != DT_REG && entry.d_type != DT_UNKNOWN) return 0;
  if (entry.d_type == DT_REG && !is_python(entry.d_name)) return 0;
  return ::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode & S_IFMT : 0;
}

/// What a folder holds, before anything is ignored.
struct Entry {
  std::string name;
  mode_t type = 0;
  std::uint64_t size = 0;
  std::int64_t modified = 0;
};

std::int64_t modification_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

/// `rules` gives those of the folder's tree; it is called only if there may be some.
template <class Rules>
Listing read_folder(const Folder& folder, Rules rules) {
  Listing listing;
  listing.has_rules = folder.has_rules;
  const std::unique_ptr<DIR, CloseFolder> stream(::opendir(openable(folder.path)));
  struct stat status {};
  if (!stream || ::fstat(::dirfd(stream.get()), &status) != 0) {
    listing.error = errno;
    return listing;
  }
  listing.id = {status.st_dev, status.st_ino};
  std::vector<Entry> entries;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (name == ".git") listing.is_repository = true;
    if (name == environment_mark) listing.is_environment = true;
    if (name == ".gitignore") listing.has_rules = true;
    if (std::ranges::binary_search(foreign_folders, std::string_view(name))) continue;
    const mode_t type = type_of(::dirfd(stream.get()), *entry, status);
    const bool is_wanted = type == S_IFDIR || type == S_IFLNK || (type == S_IFREG && is_python(name));
    if (!is_wanted) continue;
    entries.push_back({name, type, static_cast<std::uint64_t>(status.st_size), modification_of(status)});
  }

  const IgnoreRules* const known = folder.tree && listing.has_rules ? rules() : nullptr;
  for (Entry& entry : entries) {
    const bool is_folder = entry.type == S_IFDIR;
    if (known != nullptr && known->is_ignored(folder.inside + entry.name + (is_folder ? "/" : ""))) continue;
    if (is_folder) {
      listing.folders.push_back(std::move(entry.name));
    } else if (entry.type == S_IFLNK) {
      listing.links.push_back(std::move(entry.name));
    } else {
      listing.files.push_back({std::move(entry.name), entry.size, entry.modified});
    }
  }
  return listing;
}

/// The state of one search. Folders are read in parallel, one depth after the other; what was read is joined by one
/// thread and in order, so that the result does not depend on which thread was quicker.
class Search {
 public:
  Search(Workers& workers, const SearchOptions& options)
      : workers_(workers), options_(options), rules_(workers.count()) {}

  void add(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      found_.errors.push_back({path, system_message(errno)});
    } else if (S_ISDIR(status.st_mode)) {
      given_.push_back(real_path(path));
      folders_.push_back(given_folder(path));
    } else {
      add_linked_file(path, status);
    }
  }

  FoundFiles run(const std::stop_token& stop) {
    while (!stop.stop_requested() && (!folders_.empty() || !links_.empty())) {
      read_folders();
      // Real paths first: a link to a folder or file that was found already adds nothing.
      if (folders_.empty()) follow_links();
    }
    std::ranges::sort(found_.files);
    std::ranges::sort(found_.errors);
    found_.errors.erase(std::unique(found_.errors.begin(), found_.errors.end()), found_.errors.end());
    return std::move(found_);
  }

 private:
  std::size_t tree_at(const std::string& root) {
    const auto known = std::ranges::find(trees_, root);
    if (known != trees_.end()) return static_cast<std::size_t>(known - trees_.begin());
    trees_.push_back(root);
    for (auto& of_worker : rules_) of_worker.emplace_back();
    return trees_.size() - 1;
  }

  const IgnoreRules* rules_of(std::size_t tree, unsigned worker) {
    std::unique_ptr<IgnoreRules>& rules = rules_[worker][tree];
    if (!rules) rules = std::make_unique<IgnoreRules>(trees_[tree]);
    return rules.get();
  }

  Folder given_folder(const std::string& path) {
    Folder folder = placed(path);
    folder.is_given = true;
    // Who names a folder that is ignored wants it checked.
    if (!folder.inside.empty() && rules_of(*folder.tree, 0)->is_ignored(folder.inside)) folder.tree.reset();
    return folder;
  }

  /// `path` with the tree that it is in.
  Folder placed(const std::string& path) {
    Folder folder{.path = path, .real = real_path(path), .tree = {}, .inside = {}, .has_rules = false};
    while (1 < folder.path.size() && folder.path.ends_with('/')) folder.path.pop_back();
    if (folder.path == ".") folder.path.clear();
    const std::string& real = folder.real;
    const std::string top = working_tree_of(real);
    const bool is_in_tree = !top.empty() && is_at_or_above(top, real);
    folder.tree = tree_at(is_in_tree ? top : real);
    folder.has_rules = is_in_tree;
    if (is_in_tree && top != real) folder.inside = real.substr(top == "/" ? 1 : top.size() + 1) + '/';
    return folder;
  }

  void read_folders() {
    const std::vector<Folder> folders = std::exchange(folders_, {});
    std::vector<Listing> listings(folders.size());
    for_each_index(workers_, folders.size(), [&](std::size_t i, unsigned worker) {
      const Folder& folder = folders[i];
      if (options_.visit) options_.visit(openable(folder.path));
      listings[i] = read_folder(folder, [&] { return rules_of(*folder.tree, worker); });
    });
    for (std::size_t i = 0; i < folders.size(); ++i) join(folders[i], listings[i]);
  }

  void join(const Folder& folder, const Listing& listing) {
    if (listing.error != 0) {
      found_.errors.push_back({folder.path.empty() ? "." : folder.path, system_message(listing.error)});
      return;
    }
    if (listing.is_environment && !folder.is_given) return;
    if (listing.is_repository && !folder.inside.empty() && folder.tree) {
      // A repository within another: its own rules hold.
      Folder again = folder;
      again.tree = tree_at(real_path(folder.path));
      again.inside.clear();
      again.has_rules = true;
      folders_.push_back(std::move(again));
      return;
    }
    if (!visited_.insert(listing.id).second) return;

    for (const std::string& name : listing.folders) {
      if (is_left_out(joined(folder.real, name))) continue;
      folders_.push_back({.path = joined(folder.path, name),
                          .real = joined(folder.real, name),
                          .tree = folder.tree,
                          .inside = folder.inside + name + '/',
                          .has_rules = listing.has_rules});
    }
    for (const std::string& name : listing.links) links_.push_back(joined(folder.path, name));
    for (const FoundFile& file : listing.files) {
      if (is_left_out(joined(folder.real, file.path)) || !files_.emplace(listing.id, file.path).second) continue;
      found_.files.push_back({joined(folder.path, file.path), file.size, file.modified});
    }
  }

  [[nodiscard]] bool is_left_out(const std::string& real) const {
    return options_.is_left_out && options_.is_left_out(real);
  }

  /// True for what does not exist, which is reported elsewhere.
  [[nodiscard]] bool is_below_given(const std::string& real) const {
    return real.empty() ||
           std::ranges::any_of(given_, [&](const std::string& path) { return is_at_or_above(path, real); });
  }

  void follow_links() {
    for (const std::string& link : std::exchange(links_, {})) {
      struct stat status {};
      if (options_.links == Links::inside && !is_below_given(real_path(link))) continue;
      if (::stat(link.c_str(), &status) != 0) {
        if (is_python(link)) found_.errors.push_back({link, system_message(errno)});
      } else if (S_ISDIR(status.st_mode)) {
        const std::string target = real_path(link);
        const bool leads_up =
            std::ranges::any_of(given_, [&](const auto& path) { return is_at_or_above(target, path); });
        if (!leads_up && !is_left_out(target) && !visited_.contains({status.st_dev, status.st_ino}))
          folders_.push_back(placed(link));
      } else if (S_ISREG(status.st_mode) && is_python(link) && !is_left_out(real_path(link))) {
        add_linked_file(link, status);
      }
    }
  }

  /// Adds a file whose path may hold links, unless its real path was found.
  void add_linked_file(const std::string& path, const struct stat& status) {
    const std::string real = real_path(path);
    const std::size_t slash = real.rfind('/');
    struct stat folder {};
    // What has no real path, as the pipe behind `/dev/fd/63`, is found in one way only.
    if (slash != std::string::npos && ::stat(real.substr(0, slash + 1).c_str(), &folder) == 0) {
      if (!files_.emplace(FolderId{folder.st_dev, folder.st_ino}, real.substr(slash + 1)).second) return;
    }
    const bool is_regular = S_ISREG(status.st_mode);
    found_.files.push_back(
        {path, is_regular ? static_cast<std::uint64_t>(status.st_size) : 0, modification_of(status)});
  }

  Workers& workers_;
  const SearchOptions& options_;
  std::vector<std::string> trees_;                                // absolute roots
  std::vector<std::vector<std::unique_ptr<IgnoreRules>>> rules_;  // by worker and tree; made when needed
  std::vector<std::string> given_;                                // absolute paths of the given folders
  std::vector<Folder> folders_;                                   // to read next
  std::vector<std::string> links_;                                // to follow when all folders are read
  std::set<FolderId> visited_;
  std::set<std::pair<FolderId, std::string>> files_;  // folder and name
  FoundFiles found_;
};

}  // namespace

FoundFiles find_python_files(const std::vector<std::string>& paths, Workers& workers, const SearchOptions& options) {
  Search search(workers, options);
  for (const std::string& path : paths) search.add(path);
  return search.run(options.stop);
}

}  // namespace server
