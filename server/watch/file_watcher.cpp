#include "server/watch/file_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "server/workspace/file_error.h"

namespace server {
namespace {

constexpr std::uint32_t awaited =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// As many as the kernel keeps by default.
constexpr std::size_t most_early_events = 16384;

bool is_interesting(std::string_view name) {
  static constexpr std::array<std::string_view, 5> names{".gitignore", "pyproject.toml", "threadlint.toml",
                                                         ".threadlint.toml", "threadlint-baseline.json"};
  return name.ends_with(".py") || name.ends_with(".pyw") || std::ranges::find(names, name) != names.end();
}

FileWatcher::Change change_of(std::uint32_t mask) {
  if ((mask & (IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) return FileWatcher::Change::deleted;
  return (mask & IN_CLOSE_WRITE) != 0 ? FileWatcher::Change::changed : FileWatcher::Change::created;
}

}  // namespace

FileWatcher::FileWatcher(boost::asio::io_context& main_loop, std::chrono::milliseconds pause, std::size_t most_folders,
                         Log& log)
    : stream_(main_loop), timer_(main_loop), pause_(pause), most_folders_(most_folders), log_(log) {}

bool FileWatcher::start() {
  if (is_running()) return true;
  is_wanted_ = true;
  inotify_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0) {
    log_.warn("changes of files are seen only when something is saved: {}", system_message(errno));
    return false;
  }
  stream_.assign(inotify_);
  wait();
  return true;
}

void FileWatcher::add(const std::string& folder, Watches& watches) const {
  if (watches.folders.size() == most_folders_) {
    watches.is_complete = false;
    return;
  }
  const int watch = inotify_add_watch(inotify_, folder.c_str(), awaited);
  if (0 <= watch) {
    watches.folders[watch] = folder;
  } else if (errno == ENOSPC || errno == ENOMEM) {
    watches.is_complete = false;
  }
}

void FileWatcher::set(Watches watches) {
  if (watches_.is_complete && !watches.is_complete) {
    log_.warn("only {} folders are watched: changes elsewhere are seen when something is saved",
              watches.folders.size());
  }
  for (const auto& [watch, folder] : watches_.folders) {
    if (!watches.folders.contains(watch)) inotify_rm_watch(inotify_, watch);
  }
  watches_ = std::move(watches);
  std::vector<Event> early = std::exchange(early_, {});
  std::erase_if(early, [this](const Event& event) { return !watches_.folders.contains(event.watch); });
  for (Event& event : early) note(std::move(event));
  flush();
}

void FileWatcher::wait() {
  stream_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    read();
    wait();
  });
}

void FileWatcher::read() {
  alignas(inotify_event) std::array<char, 65536> bytes;
  for (ssize_t size = 0; 0 < (size = ::read(inotify_, bytes.data(), bytes.size()));) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      // The name is followed by as many zeros as fill the record.
      note({event.wd, event.mask, event.len == 0 ? "" : std::string(bytes.data() + at + sizeof event)});
      at += sizeof event + event.len;
    }
  }
  const bool has_news = changes_.are_some_lost || !changes_.files.empty();
  if (!has_news || std::exchange(is_pausing_, true)) return;
  timer_.expires_after(pause_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) deliver();
  });
}

void FileWatcher::note(Event event) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    changes_.are_some_lost = true;
    return;
  }
  if ((event.mask & IN_IGNORED) != 0) return;
  const auto folder = watches_.folders.find(event.watch);
  if (folder == watches_.folders.end()) {
    changes_.are_some_lost = changes_.are_some_lost || early_.size() == most_early_events;
    if (early_.size() < most_early_events) early_.push_back(std::move(event));
    return;
  }
  const bool is_folder = event.name.empty() || (event.mask & IN_ISDIR) != 0;
  if (!is_folder && !is_interesting(event.name)) return;
  const std::string path = event.name.empty() ? folder->second : folder->second + "/" + event.name;
  const Change change = change_of(event.mask);
  const auto [known, is_new] = changes_.files.try_emplace(path, change);
  // A file that was made and then written is new; one that was replaced may be another.
  if (!is_new && change != Change::changed) known->second = change;
}

void FileWatcher::flush() {
  if (!is_running()) return;
  read();
  deliver();
}

void FileWatcher::deliver() {
  is_pausing_ = false;
  timer_.cancel();
  const Changes changes = std::exchange(changes_, {});
  if (changes.are_some_lost || !changes.files.empty()) receive_(changes);
}

}  // namespace server
