// A check that begins with what the last one has found out says what one says that begins with nothing, whatever
// happened in between.
#include "server/check/remembered_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "server/check/batch.h"
#include "tests/support/random_project.h"
#include "tests/support/temporary_folder.h"

namespace tests {
namespace {

namespace fs = std::filesystem;
using server::FactsStore;

class RememberedCheck : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) const {
    folder_.write("shop/" + file, text);
    // Long ago, so that size and time are trusted.
    const auto age = std::chrono::seconds(100'000 - ++*count_);
    fs::last_write_time(folder_ / ("shop/" + file), fs::file_time_type::clock::now() - age);
  }
  void remove(const std::string& file) const { fs::remove(folder_ / ("shop/" + file)); }

  /// What a check says.
  std::string said(const FactsStore& store, bool trusts_modification = true) const {
    server::SettingsStore settings;
    server::Workers workers(2);
    server::Progress progress;
    const std::vector<std::string> paths{folder_ / "shop"};
    const server::RememberedCheck check{
        .paths = paths, .wants_fixes = true, .trusts_modification = trusts_modification};
    return as_json(check_remembered(check, find_python_files(paths, workers), settings, store, workers, progress));
  }
  std::string said_afresh() const {
    server::SettingsStore settings;
    server::Workers workers(2);
    server::Progress progress;
    server::Report report =
        examine_files(server::find_python_files({folder_ / "shop"}, workers), FactsStore({}), workers, progress);
    set_settings(report, settings);
    const analysis::ProjectIndex project = join_modules(report);
    find_all_problems(report, project, workers, progress);
    find_all_fixes(report, project, workers, progress);
    return as_json(report);
  }

  TemporaryFolder folder_;

 private:
  static std::string as_json(const server::Report& report) { return json_report(report, {}); }

  std::shared_ptr<int> count_ = std::make_shared<int>(0);
};

TEST_F(RememberedCheck, SaysTheSameAfterAnyChanges) {
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE(fmt::format("THREADLINT_SEED={}", seed));
    fs::remove_all(folder_ / "shop");
    RandomProject project(seed);
    const FactsStore store(folder_ / fmt::format("cache/{}.db", seed));
    for (const auto& [file, text] : project.texts()) write(file, text);
    for (int step = 0; step < 25; ++step) {
      const std::string fresh = said_afresh();
      ASSERT_EQ(said(store), fresh) << "after step " << step;
      ASSERT_EQ(said(store), fresh) << "once more after step " << step;
      for (std::size_t i = project.choose(3); i < 3; ++i) {
        for (const std::string& file : project.change()) {
          const auto text = project.texts().find(file);
          text == project.texts().end() ? remove(file) : write(file, text->second);
        }
      }
    }
  }
}

constexpr const char* table =
    "codecs = []\n\ndef load():\n    if not codecs:\n        codecs.append(1)\n"
    "        codecs.append(2)\n    return codecs\n";

TEST_F(RememberedCheck, TrustsSizeAndTimeOnlyIfItMay) {
  const FactsStore store(folder_ / "facts.db");
  write("a.py", table);
  const std::string before = said(store);
  const auto time = fs::last_write_time(folder_ / "shop/a.py");
  std::string other = table;
  other.replace(other.find("append(2)"), 9, "extend(2)");
  folder_.write("shop/a.py", other);
  fs::last_write_time(folder_ / "shop/a.py", time);

  EXPECT_EQ(said(store), before);
  EXPECT_EQ(said(store, false), said_afresh());
  EXPECT_EQ(said(store), said_afresh()) << "what was read counts from then on";
}

TEST_F(RememberedCheck, DoesNotTrustTheTimeOfAFileThatWasJustWritten) {
  const FactsStore store(folder_ / "facts.db");
  folder_.write("shop/a.py", table);
  const auto time = fs::last_write_time(folder_ / "shop/a.py");
  const std::string before = said(store);
  folder_.write("shop/a.py", std::string(std::string_view(table).size(), '#'));
  fs::last_write_time(folder_ / "shop/a.py", time);  // as on a disk whose clock is coarse

  EXPECT_EQ(said(store), said_afresh());
  EXPECT_NE(said(store), before);
}

TEST_F(RememberedCheck, ReportsWhatCannotBeReadEachTime) {
  const FactsStore store(folder_ / "facts.db");
  write("a.py", table);
  write("binary.py", std::string("a\0b", 3));
  write("latin.py", "x = '\xe9'\n");
  const std::string fresh = said_afresh();

  EXPECT_EQ(said(store), fresh);
  EXPECT_EQ(said(store), fresh);
  write("binary.py", "b = 1\n");
  EXPECT_EQ(said(store), said_afresh());
  write("b.py", "import binary\n");
  EXPECT_EQ(said(store), said_afresh());
}

TEST_F(RememberedCheck, DoesNotNeedTheFactsThatItCounts) {
  write("a.py", table);
  write("b.py", "import a\n\ndef use():\n    a.codecs.append(3)\n");
  const FactsStore store(folder_ / "facts.db", 1);
  EXPECT_EQ(said(store), said_afresh());
  store.trim();  // all facts are gone
  write("a.py", std::string(table) + "# more\n");
  EXPECT_EQ(said(store), said_afresh());
}

TEST_F(RememberedCheck, FindsOutAgainWhatIsDamaged) {
  write("a.py", table);
  write("b.py", "import a\n\ndef use():\n    a.codecs.append(3)\n");
  for (const std::string list : {"files", "summaries", "links"}) {
    { (void)said(FactsStore(folder_ / "facts.db")); }
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "facts.db").c_str(), &database), SQLITE_OK);
    const std::string damage = "UPDATE " + list + " SET bytes = x'2a'";
    ASSERT_EQ(sqlite3_exec(database, damage.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_LT(0, sqlite3_changes(database)) << list;
    sqlite3_close(database);
    write("b.py", "import a\n\ndef use():\n    a.codecs.append(4)  # " + list + "\n");

    EXPECT_EQ(said(FactsStore(folder_ / "facts.db")), said_afresh()) << list;
    ASSERT_EQ(sqlite3_open((folder_ / "facts.db").c_str(), &database), SQLITE_OK);
    const std::string again = damage + " WHERE bytes = x'2a'";
    EXPECT_EQ(sqlite3_exec(database, again.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_changes(database), 0) << list << " is still damaged";
    sqlite3_close(database);
  }
}

}  // namespace
}  // namespace tests
