#include "server/cache/facts_store.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>

#include "server/cache/cache_folder.h"

namespace server {
namespace {

namespace fs = std::filesystem;

/// How long a writer waits for another one.
constexpr int busy_milliseconds = 2000;
/// Files of other builds, such as the one in an editor beside the one on the command line, and for how long.
constexpr std::size_t most_others = 2;
constexpr std::chrono::hours kept_for{24 * 14};

/// A write-ahead log is short up to this many bytes, and up to this part of the file.
constexpr std::uintmax_t short_log = std::uintmax_t{256} << 10;
constexpr std::uintmax_t short_part_of_file = 8;

constexpr const char* set_up = R"sql(
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS facts (key INTEGER PRIMARY KEY, used INTEGER NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS checks (key INTEGER PRIMARY KEY, used INTEGER NOT NULL, version INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS files (
    key INTEGER, place INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS summaries (
    key INTEGER, place INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS links (
    key INTEGER, place INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
)sql";

/// Tables, by StoredList.
constexpr std::array lists{"files", "summaries", "links"};

const char* name_of(StoredList list) { return lists.at(static_cast<std::size_t>(list)); }

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement prepare(sqlite3* database, const std::string& text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, text.c_str(), static_cast<int>(text.size()), &statement, nullptr);
  return Statement(statement);
}

/// The first number of the first row; nothing when there is none.
std::optional<std::int64_t> number(sqlite3* database, const std::string& text) {
  const Statement statement = prepare(database, text);
  if (statement == nullptr || sqlite3_step(statement.get()) != SQLITE_ROW) return {};
  return sqlite3_column_int64(statement.get(), 0);
}

void put(const Statement& statement, int index, std::uint64_t number) {
  sqlite3_bind_int64(statement.get(), index, static_cast<sqlite3_int64>(number));
}

/// `bytes` must stay until the statement has run.
void put(const Statement& statement, int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
}

/// Of the first column of the row that the statement is at.
std::string bytes_in(const Statement& statement) {
  const auto* const first = static_cast<const char*>(sqlite3_column_blob(statement.get(), 0));
  return first == nullptr ? std::string()
                          : std::string(first, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), 0)));
}

bool run(sqlite3* database, const std::string& text) {
  return sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

/// Facts are tables that repeat themselves. The lowest level takes a tenth of the time that making them takes.
std::string compressed(std::string_view bytes) {
  constexpr int level = 1;
  std::string result(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), level);
  result.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return result;
}

/// Nothing if they are not what `compressed` gave.
std::optional<std::string> decompressed(std::string_view bytes) {
  constexpr unsigned long long most = 1ULL << 32;
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (most <= size) return {};  // also where it is not known
  std::string result(size, '\0');
  if (ZSTD_decompress(result.data(), result.size(), bytes.data(), bytes.size()) != size) return {};
  return result;
}

void touch(sqlite3* database, const char* table, std::uint64_t key) {
  run(database, fmt::format("UPDATE {} SET used = unixepoch() WHERE key = {}", table, static_cast<std::int64_t>(key)));
}

void remove_database(const std::string& file) {
  std::error_code failed;
  for (const char* const ending : {"", "-wal", "-shm"}) fs::remove(file + ending, failed);
}

/// Removes what builds have left behind that are used no more: not for two weeks, or two others were used since.
void remove_old_ones(const std::string& file) {
  std::error_code failed;
  const auto now = fs::file_time_type::clock::now();
  std::vector<std::pair<fs::file_time_type, std::string>> others;
  for (const std::string& other : cache_files(fs::path(file).parent_path().string())) {
    const auto written = fs::last_write_time(other, failed);
    if (!failed && other != file && other.ends_with(".db")) others.emplace_back(written, other);
  }
  std::ranges::sort(others, std::greater<>());
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (most_others <= i || kept_for < now - others[i].first) remove_database(others[i].second);
  }
}

}  // namespace

void FactsStore::Close::operator()(sqlite3* database) const {
  // To move the log into the file means to wait for the disk twice. A short one can wait for the next writer.
  const char* const file = sqlite3_db_filename(database, "main");
  std::error_code failed;
  const auto size_of = [&](const std::string& path) { return failed ? 0 : fs::file_size(path, failed); };
  const std::uintmax_t size = file == nullptr ? 0 : size_of(file);
  const std::uintmax_t log = file == nullptr ? 0 : size_of(std::string(file) + "-wal");
  const bool is_short = !failed && log < std::min(short_log, size / short_part_of_file);
  if (is_short) sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close_v2(database);
}

FactsStore::FactsStore(const std::string& file, std::uint64_t limit) : limit_(limit) {
  if (file.empty()) return;
  std::error_code failed;
  const bool is_new = !fs::exists(file, failed);
  fs::create_directories(fs::path(file).parent_path(), failed);
  int code = SQLITE_OK;
  writer_ = open(file, code);
  // No database, or one that is damaged: it holds nothing that cannot be found out again.
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    remove_database(file);
    writer_ = open(file, code);
  }
  if (writer_ != nullptr) reader_ = open(file, code);
  if (reader_ == nullptr) {
    writer_ = nullptr;
    complaint_ = fmt::format("`{}`: {}", file, sqlite3_errstr(code));
  } else if (is_new) {
    remove_old_ones(file);
  }
}

FactsStore::Connection FactsStore::open(const std::string& file, int& code) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
  Connection connection(opened);
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(opened, busy_milliseconds);
    code = sqlite3_exec(opened, set_up, nullptr, nullptr, nullptr);
  }
  return code == SQLITE_OK ? std::move(connection) : nullptr;
}

std::optional<std::string> FactsStore::find_facts(std::uint64_t text) const {
  if (!is_open()) return {};
  const Statement statement =
      prepare(reader_.get(), "SELECT bytes, used < unixepoch() - 86400 FROM facts WHERE key = ?");
  if (statement == nullptr) return {};
  put(statement, 1, text);
  if (sqlite3_step(statement.get()) != SQLITE_ROW) return {};
  const std::string bytes = bytes_in(statement);
  // To the day is enough to tell what is used no more.
  if (sqlite3_column_int(statement.get(), 1) != 0) touch(writer_.get(), "facts", text);
  return decompressed(bytes);
}

void FactsStore::keep_facts(std::uint64_t text, std::string_view bytes) const {
  if (!is_open()) return;
  const std::string small = compressed(bytes);
  const Statement statement = prepare(writer_.get(), "INSERT OR REPLACE INTO facts VALUES (?, unixepoch(), ?)");
  if (statement == nullptr) return;
  put(statement, 1, text);
  put(statement, 2, small);
  sqlite3_step(statement.get());
}

FactsStore::List FactsStore::find_list(StoredList list, std::uint64_t check) const {
  List found;
  // One transaction, so that nobody writes between the version and what it is the version of.
  if (!is_open() || !run(reader_.get(), "BEGIN")) return found;
  const auto key = static_cast<std::int64_t>(check);
  const auto version = number(reader_.get(), fmt::format("SELECT version FROM checks WHERE key = {}", key));
  const Statement statement =
      prepare(reader_.get(), fmt::format("SELECT bytes FROM {} WHERE key = ? ORDER BY place", name_of(list)));
  if (version && statement != nullptr) {
    put(statement, 1, check);
    int code = SQLITE_DONE;
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) found.entries.push_back(bytes_in(statement));
    if (code == SQLITE_DONE) found.version = *version;
  }
  sqlite3_reset(statement.get());
  run(reader_.get(), "COMMIT");
  if (found.version == 0) found.entries.clear();
  const auto is_old = fmt::format("SELECT used < unixepoch() - 86400 FROM checks WHERE key = {}", key);
  if (found.version != 0 && number(reader_.get(), is_old) == 1) touch(writer_.get(), "checks", check);
  return found;
}

std::optional<std::string> FactsStore::find_entry(StoredList list, std::uint64_t check, std::int64_t version,
                                                  std::size_t place) const {
  if (!is_open()) return {};
  const Statement statement = prepare(reader_.get(), fmt::format("SELECT bytes FROM {} JOIN checks USING (key) "
                                                                 "WHERE key = ? AND place = ? AND version = {}",
                                                                 name_of(list), version));
  if (statement == nullptr) return {};
  put(statement, 1, check);
  put(statement, 2, place);
  if (sqlite3_step(statement.get()) != SQLITE_ROW) return {};
  return bytes_in(statement);
}

void FactsStore::keep_lists(std::uint64_t check, std::int64_t version, const std::vector<Change>& changes) const {
  if (!is_open() || !run(writer_.get(), "BEGIN IMMEDIATE")) return;
  const auto key = static_cast<std::int64_t>(check);
  const auto known = number(writer_.get(), fmt::format("SELECT version FROM checks WHERE key = {}", key));
  bool is_kept =
      known.value_or(0) == version &&
      run(writer_.get(), fmt::format("INSERT OR REPLACE INTO checks VALUES ({}, unixepoch(), {})", key, version + 1));
  for (const Change& change : changes) {
    const Statement statement =
        prepare(writer_.get(), fmt::format("INSERT OR REPLACE INTO {} VALUES (?, ?, ?)", name_of(change.list)));
    is_kept = is_kept && statement != nullptr;
    for (const auto& [place, bytes] : change.entries) {
      if (!is_kept) break;
      put(statement, 1, check);
      put(statement, 2, place);
      put(statement, 3, bytes);
      is_kept = sqlite3_step(statement.get()) == SQLITE_DONE && sqlite3_reset(statement.get()) == SQLITE_OK;
    }
    is_kept = is_kept && run(writer_.get(), fmt::format("DELETE FROM {} WHERE key = {} AND {} <= place",
                                                        name_of(change.list), key, change.size));
  }
  if (!is_kept || !run(writer_.get(), "COMMIT")) run(writer_.get(), "ROLLBACK");
}

void FactsStore::trim() const {
  if (!is_open()) return;
  const auto pages = [&](const char* what) {
    return static_cast<std::uint64_t>(number(writer_.get(), fmt::format("PRAGMA {}", what)).value_or(0));
  };
  const std::uint64_t size = (pages("page_count") - pages("freelist_count")) * pages("page_size");
  if (size <= limit_) return;
  // A quarter more, so that it is not the next run's turn again. Checks are small; those of a year ago are of no use.
  constexpr const char* old = "checks WHERE used < unixepoch() - 31536000";
  for (const char* const list : lists)
    run(writer_.get(), fmt::format("DELETE FROM {} WHERE key IN (SELECT key FROM {})", list, old));
  run(writer_.get(), fmt::format("DELETE FROM {}", old));
  const std::uint64_t surplus = size - limit_ + limit_ / 4;
  run(writer_.get(),
      fmt::format(
          "DELETE FROM facts WHERE key IN (SELECT key FROM (SELECT key, sum(length(bytes)) OVER (ORDER BY used, "
          "key) AS freed FROM facts) WHERE freed <= {})",
          surplus));
  run(writer_.get(), "PRAGMA incremental_vacuum");
}

}  // namespace server
