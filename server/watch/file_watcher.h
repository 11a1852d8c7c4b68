// Sees the changes of files, for clients that do not tell of them: inotify, on the main loop.
#pragma once

#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/log.h"

namespace server {

/// Of Python files, of files with settings or with what git ignores, and of folders. Main thread only, but for `add`.
class FileWatcher {
 public:
  enum class Change : std::uint8_t { created, changed, deleted };

  struct Changes {
    std::map<std::string, Change> files;  // by path, which begins as that of the folder was given to `add`
    bool are_some_lost = false;           // any file may be another, new, or gone
  };

  /// Folders by the number that the system gives them.
  struct Watches {
    std::map<int, std::string> folders;
    bool is_complete = true;  // false: some are not watched
  };

  /// Watches at most so many folders: what the system allows is for all programs of the user.
  FileWatcher(boost::asio::io_context& main_loop, std::chrono::milliseconds pause, std::size_t most_folders, Log& log);

  /// To be called before `start`. `receive` gets what has changed, a pause after the first change.
  void set_receive(std::function<void(const Changes& changes)> receive) { receive_ = std::move(receive); }

  /// False where the system refuses.
  bool start();
  [[nodiscard]] bool is_running() const { return 0 <= inotify_; }
  /// Whether it was started, and changes may go unnoticed nevertheless.
  [[nodiscard]] bool is_blind() const { return is_wanted_ && (!is_running() || !watches_.is_complete); }
  [[nodiscard]] std::size_t folder_count() const { return watches_.folders.size(); }

  /// On any thread, while it runs: begins to watch a folder. What happens there is told after `set`.
  void add(const std::string& folder, Watches& watches) const;
  /// The folders to be watched from now on are those that were added to `watches`.
  void set(Watches watches);

  /// Tells at once what has happened until now.
  void flush();

 private:
  struct Event {
    int watch = 0;
    std::uint32_t mask = 0;
    std::string name;  // empty: the folder itself
  };

  void wait();
  void read();
  void note(Event event);
  void deliver();

  boost::asio::posix::stream_descriptor stream_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds pause_;
  std::size_t most_folders_;
  Log& log_;
  std::function<void(const Changes& changes)> receive_;
  bool is_wanted_ = false;
  int inotify_ = -1;  // constant while it runs
  Watches watches_;
  std::vector<Event> early_;  // in folders that `set` may bring
  Changes changes_;           // not told yet
  bool is_pausing_ = false;
};

}  // namespace server
