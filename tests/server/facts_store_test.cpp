// The store survives what happens to files: damage, death of its process, others who write at once, want of space.
#include "server/cache/facts_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "server/cache/cache_folder.h"
#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

namespace fs = std::filesystem;
using server::FactsStore;
using server::StoredList;
using testing::ElementsAre;
using testing::IsEmpty;

FactsStore::Change files(std::size_t size, std::vector<std::pair<std::size_t, std::string>> entries) {
  return {.list = StoredList::files, .size = size, .entries = std::move(entries)};
}

TEST(FactsStore, GivesBackWhatItWasGiven) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b", 3);
  {
    const FactsStore store(folder / "deep/down/facts.db");
    ASSERT_TRUE(store.is_open()) << store.complaint();
    EXPECT_FALSE(store.find_facts(7));
    store.keep_facts(7, bytes);
    store.keep_facts(~std::uint64_t{0}, "");
    EXPECT_EQ(store.find_facts(7), bytes);
  }
  const FactsStore store(folder / "deep/down/facts.db");
  EXPECT_EQ(store.find_facts(7), bytes);
  EXPECT_EQ(store.find_facts(~std::uint64_t{0}), "");
  EXPECT_FALSE(store.find_facts(8));
}

TEST(FactsStore, ChangesListsEntryByEntry) {
  const TemporaryFolder folder;
  const FactsStore store(folder / "facts.db");
  EXPECT_EQ(store.find_list(StoredList::files, 1).version, 0);
  store.keep_lists(1, 0, {files(3, {{0, "a"}, {1, "b"}, {2, "c"}})});
  const FactsStore::List first = store.find_list(StoredList::files, 1);
  EXPECT_THAT(first.entries, ElementsAre("a", "b", "c"));

  store.keep_lists(1, first.version, {files(2, {{1, "B"}})});

  EXPECT_THAT(store.find_list(StoredList::files, 1).entries, ElementsAre("a", "B"));
  EXPECT_THAT(store.find_list(StoredList::summaries, 1).entries, IsEmpty());
  EXPECT_THAT(store.find_list(StoredList::files, 2).entries, IsEmpty());
}

TEST(FactsStore, GivesEntriesOfTheVersionThatIsAskedFor) {
  const TemporaryFolder folder;
  const FactsStore store(folder / "facts.db");
  EXPECT_FALSE(store.find_entry(StoredList::files, 1, 0, 0));
  store.keep_lists(1, 0, {files(2, {{0, "a"}, {1, "b"}})});
  const std::int64_t version = store.find_list(StoredList::files, 1).version;

  EXPECT_EQ(store.find_entry(StoredList::files, 1, version, 1), "b");
  EXPECT_FALSE(store.find_entry(StoredList::files, 1, version, 2));
  EXPECT_FALSE(store.find_entry(StoredList::links, 1, version, 1));
  EXPECT_FALSE(store.find_entry(StoredList::files, 2, version, 1));
  store.keep_lists(1, version, {files(2, {{0, "A"}})});
  EXPECT_FALSE(store.find_entry(StoredList::files, 1, version, 1));
}

TEST(FactsStore, LeavesAShortLogToTheNextWriter) {
  const TemporaryFolder folder;
  const auto log = [&] {
    std::error_code failed;
    const auto size = fs::file_size(folder / "facts.db-wal", failed);
    return failed ? 0 : size;
  };
  // What does not compress.
  std::string many(1 << 20, '\0');
  std::mt19937 random(1);
  for (char& byte : many) byte = static_cast<char>(random());
  FactsStore(folder / "facts.db").keep_facts(1, many);
  EXPECT_EQ(log(), 0U);

  FactsStore(folder / "facts.db").keep_facts(2, "few");

  EXPECT_LT(0U, log());
  const FactsStore store(folder / "facts.db");
  EXPECT_EQ(store.find_facts(1), many);
  EXPECT_EQ(store.find_facts(2), "few");
}

TEST(FactsStore, RefusesChangesOfListsThatSomebodyElseHasChanged) {
  const TemporaryFolder folder;
  const FactsStore one(folder / "facts.db");
  const FactsStore other(folder / "facts.db");
  one.keep_lists(1, 0, {files(1, {{0, "a"}})});
  const std::int64_t version = one.find_list(StoredList::files, 1).version;
  other.keep_lists(1, version, {files(1, {{0, "b"}})});

  one.keep_lists(1, version, {files(1, {{0, "c"}})});
  one.keep_lists(1, 0, {files(1, {{0, "d"}})});

  EXPECT_THAT(one.find_list(StoredList::files, 1).entries, ElementsAre("b"));
}

TEST(FactsStore, BeginsADamagedFileAnew) {
  const TemporaryFolder folder;
  for (const std::size_t at : {0U, 30U, 100U, 5000U}) {
    {
      const FactsStore store(folder / "facts.db");
      for (std::uint64_t key = 0; key < 100; ++key) store.keep_facts(key, std::to_string(key) + std::string(500, 'x'));
    }
    std::string bytes = folder.read("facts.db");
    for (std::size_t i = at; i < std::min(bytes.size(), at + 4000); ++i) bytes[i] = '?';
    folder.write("facts.db", bytes);

    const FactsStore store(folder / "facts.db");

    // What is still there is right, what is not can be kept again.
    for (std::uint64_t key = 0; key < 100; ++key) {
      const auto found = store.find_facts(key);
      EXPECT_EQ(found.value_or(std::to_string(key) + std::string(500, 'x')),
                std::to_string(key) + std::string(500, 'x'))
          << "damaged at " << at;
    }
    if (at == 0) {
      ASSERT_TRUE(store.is_open()) << store.complaint();
      store.keep_facts(1, "again");
      EXPECT_EQ(store.find_facts(1), "again");
    }
    fs::remove(folder / "facts.db");
  }
}

TEST(FactsStore, IsEmptyWhereNothingCanBeKept) {
  const TemporaryFolder folder;
  folder.write("file", "");
  fs::create_directories(folder / "folder.db");
  for (const std::string& place : {folder / "file/facts.db", folder / "folder.db", std::string("/proc/facts.db")}) {
    const FactsStore store(place);
    EXPECT_FALSE(store.is_open()) << place;
    EXPECT_NE(store.complaint(), "") << place;
    store.keep_facts(1, "a");
    store.keep_lists(1, 0, {files(1, {{0, "a"}})});
    store.trim();
    EXPECT_FALSE(store.find_facts(1));
    EXPECT_THAT(store.find_list(StoredList::files, 1).entries, IsEmpty());
  }
  const FactsStore off({});
  EXPECT_FALSE(off.is_open());
  EXPECT_EQ(off.complaint(), "");
}

TEST(FactsStore, StaysBelowItsLimit) {
  const TemporaryFolder folder;
  constexpr std::uint64_t limit = 1 << 20;
  const FactsStore store(folder / "facts.db", limit);
  std::mt19937 random;  // what cannot be compressed
  std::string noise;
  for (int i = 0; i < 20'000; ++i) noise += static_cast<char>(random());
  for (std::uint64_t key = 0; key < 200; ++key) {
    noise[key] = static_cast<char>(key);
    store.keep_facts(key, noise);
  }
  store.keep_lists(1, 0, {files(1, {{0, "a"}})});

  store.trim();

  std::size_t left = 0;
  for (std::uint64_t key = 0; key < 200; ++key) left += store.find_facts(key) ? 1 : 0;
  EXPECT_LT(left, 60U);
  EXPECT_LT(10U, left);
  EXPECT_THAT(store.find_list(StoredList::files, 1).entries, ElementsAre("a"));
  store.trim();  // there is nothing more to do
  std::size_t now = 0;
  for (std::uint64_t key = 0; key < 200; ++key) now += store.find_facts(key) ? 1 : 0;
  EXPECT_EQ(now, left);
}

TEST(FactsStore, IsSharedByThreadsAndByStores) {
  const TemporaryFolder folder;
  const FactsStore one(folder / "facts.db");
  const FactsStore other(folder / "facts.db");
  const auto work = [](const FactsStore& store, std::uint64_t first) {
    for (std::uint64_t key = first; key < 400; key += 4) {
      store.keep_facts(key, std::to_string(key));
      // Who reads beside others may read what was there a moment ago.
      EXPECT_EQ(store.find_facts(key).value_or(std::to_string(key)), std::to_string(key));
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) threads.emplace_back(work, std::cref(i % 2 == 0 ? one : other), i);
  for (std::thread& thread : threads) thread.join();
  for (std::uint64_t key = 0; key < 400; ++key) EXPECT_EQ(one.find_facts(key), std::to_string(key));
}

TEST(FactsStore, IsWholeAfterItsProcessWasKilled) {
  const TemporaryFolder folder;
  for (int round = 0; round < 5; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const FactsStore store(folder / "facts.db");
      for (std::uint64_t key = 0;; ++key) {
        store.keep_facts(key, std::to_string(key) + std::string(3000, 'x'));
        if (key == 50) (void)!::write(ready[1], "x", 1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);

    const FactsStore store(folder / "facts.db");
    ASSERT_TRUE(store.is_open()) << store.complaint();
    for (std::uint64_t key = 0; key <= 50; ++key)
      EXPECT_EQ(store.find_facts(key), std::to_string(key) + std::string(3000, 'x'));
  }
}

TEST(CacheFolder, TellsWhereAndWhose) {
  EXPECT_EQ(server::cache_folder({.is_off = true, .folder = "/there"}), "");
  EXPECT_EQ(server::cache_folder({.folder = "/there"}), "/there");
  EXPECT_THAT(server::cache_file("/there"), testing::MatchesRegex("/there/facts-[0-9a-f]{16}\\.db"));
  EXPECT_EQ(server::cache_file(""), "");
}

TEST(CacheFolder, KeepsTheCachesOfTwoOtherBuilds) {
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i) {
    const std::string name = "facts-" + std::to_string(i) + ".db";
    folder.write(name, "");
    folder.write(name + "-wal", "");
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(i));
  }
  folder.write("facts-long-ago.db", "");
  fs::last_write_time(folder / "facts-long-ago.db", fs::file_time_type::clock::now() - std::chrono::hours(24 * 30));
  folder.write("mine.db", "");

  { const FactsStore store(folder / "facts-new.db"); }

  EXPECT_THAT(server::cache_files(folder.path().string()),
              ElementsAre(folder / "facts-0.db", folder / "facts-0.db-wal", folder / "facts-1.db",
                          folder / "facts-1.db-wal", folder / "facts-new.db"));
  EXPECT_TRUE(fs::exists(folder / "mine.db"));
}

}  // namespace
}  // namespace tests
