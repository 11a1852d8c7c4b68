// What is known of texts, kept on disk from one run to the next: SQLite with a write-ahead log, so that several servers
// and command lines may use one file at once, and one that is killed leaves it whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;

namespace server {

/// What a check has found out of its files, and the summaries of their modules, both in the order of the files; and, as
/// one entry, how the modules name each other.
enum class StoredList : std::uint8_t { files, summaries, links };

/// May be used from several threads at once. A cache that does not work costs time and nothing else: what cannot be
/// read is not there, what cannot be written is not kept, and a file that is damaged is begun anew.
class FactsStore {
 public:
  static constexpr std::uint64_t default_limit = std::uint64_t{1} << 30;

  /// Opens or makes the file and the folders above it. An empty path, or one where nothing can be kept, gives a store
  /// that is always empty.
  explicit FactsStore(const std::string& file, std::uint64_t limit = default_limit);

  [[nodiscard]] bool is_open() const { return writer_ != nullptr; }
  /// Why nothing is kept; empty when all is well.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  /// The facts of a text, by the text's digest.
  [[nodiscard]] std::optional<std::string> find_facts(std::uint64_t text) const;
  void keep_facts(std::uint64_t text, std::string_view bytes) const;

  /// A list of a check, by what was checked. Empty, of version 0, if it is not known. Lists of one version fit
  /// together.
  struct List {
    std::int64_t version = 0;
    std::vector<std::string> entries;
  };
  [[nodiscard]] List find_list(StoredList list, std::uint64_t check) const;
  /// An entry of a list that is still of that version. Nothing if it is not there.
  [[nodiscard]] std::optional<std::string> find_entry(StoredList list, std::uint64_t check, std::int64_t version,
                                                      std::size_t place) const;
  /// What a list becomes: the entries that are given replace those at their places, and `size` cuts it.
  struct Change {
    StoredList list;
    std::size_t size = 0;
    std::vector<std::pair<std::size_t, std::string>> entries;
  };
  /// Makes all changes or none: none when the lists are no longer of the version that the changes were made for.
  void keep_lists(std::uint64_t check, std::int64_t version, const std::vector<Change>& changes) const;

  /// Removes what was not used for longest until the file is below its limit. Quick when it is already.
  void trim() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  using Connection = std::unique_ptr<sqlite3, Close>;
  static Connection open(const std::string& file, int& code);

  // Apart, because a connection that reads cannot write when somebody else has written since it began to read.
  Connection reader_;
  Connection writer_;
  std::uint64_t limit_;
  std::string complaint_;
};

}  // namespace server
