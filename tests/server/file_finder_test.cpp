// Which Python files a path means.
#include "server/workspace/file_finder.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::TemporaryFolder;

struct Found {
  std::vector<std::string> files;
  std::vector<std::string> errors;  // "path: message"
};

/// Paths are relative to the folder, which is the current one during the search.
Found find_in(const TemporaryFolder& folder, const std::vector<std::string>& paths, unsigned threads = 2) {
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  Workers workers(threads);
  const FoundFiles found = find_python_files(paths, workers);
  fs::current_path(before);
  Found result;
  for (const FoundFile& file : found.files) result.files.push_back(file.path);
  for (const FileError& error : found.errors) result.errors.push_back(error.path + ": " + error.message);
  return result;
}

std::vector<std::string> files_in(const TemporaryFolder& folder, const std::vector<std::string>& paths = {"."}) {
  return find_in(folder, paths).files;
}

TEST(FileFinder, FindsModulesButNotStubsOrOtherFiles) {
  const TemporaryFolder folder;
  for (const char* name : {"a.py", "b.pyw", "c.pyi", "d.pyc", "notes.txt", "pkg/e.py", "pkg/deep/f.py"}) {
    folder.write(name, "x");
  }

  EXPECT_THAT(files_in(folder), ElementsAre("a.py", "b.pyw", "pkg/deep/f.py", "pkg/e.py"));
}

TEST(FileFinder, SpellsPathsAsTheUserDid) {
  const TemporaryFolder folder;
  folder.write("src/a.py", "");

  EXPECT_THAT(files_in(folder, {"./src"}), ElementsAre("./src/a.py"));
  EXPECT_THAT(files_in(folder, {"src/"}), ElementsAre("src/a.py"));
  EXPECT_THAT(files_in(folder, {folder / "src"}), ElementsAre(folder / "src/a.py"));
}

TEST(FileFinder, TakesAFileThatIsNamedWhateverItIsCalled) {
  const TemporaryFolder folder;
  folder.write("script", "");
  folder.write(".venv/x.py", "");

  EXPECT_THAT(files_in(folder, {"script", ".venv/x.py"}), ElementsAre(".venv/x.py", "script"));
}

TEST(FileFinder, LeavesOutCodeThatIsNotTheProjects) {
  const TemporaryFolder folder;
  for (const char* name : {".git/a.py", "node_modules/b.py", ".tox/c.py", "__pycache__/d.py", "env/lib/e.py",
                           "venv/f.py", "site-packages/g.py"}) {
    folder.write(name, "");
  }
  folder.write("env/pyvenv.cfg", "");

  EXPECT_THAT(files_in(folder), ElementsAre("venv/f.py"));  // the standard library has a package of this name
}

TEST(FileFinder, KnowsIgnoreFilesOfEveryFolderWithoutARepository) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "gen_*.py\nout/\n/top.py\n!gen_kept.py\n");
  folder.write("sub/.gitignore", "local.py\n");
  for (const char* name : {"top.py", "gen_a.py", "gen_kept.py", "out/a.py", "sub/top.py", "sub/local.py", "local.py"}) {
    folder.write(name, "");
  }

  EXPECT_THAT(files_in(folder), ElementsAre("gen_kept.py", "local.py", "sub/top.py"));
}

TEST(FileFinder, KnowsTheIgnoreFileAtTheTopOfARepositoryWhenAskedForAPartOfIt) {
  const TemporaryFolder folder;
  folder.write(".git/HEAD", "ref: refs/heads/main\n");
  folder.write(".git/objects/x", "");
  folder.write(".git/refs/x", "");
  folder.write(".gitignore", "src/generated/\n");
  folder.write("src/a.py", "");
  folder.write("src/generated/b.py", "");

  EXPECT_THAT(files_in(folder, {"src"}), ElementsAre("src/a.py"));
}

TEST(FileFinder, ARepositoryWithinAnotherHasItsOwnRules) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "a.py\n");
  folder.write("inner/.git/HEAD", "ref: refs/heads/main\n");
  folder.write("inner/.git/objects/x", "");
  folder.write("inner/.git/refs/x", "");
  folder.write("inner/a.py", "");

  EXPECT_THAT(files_in(folder), ElementsAre("inner/a.py"));
}

TEST(FileFinder, SearchesAnIgnoredFolderThatIsNamed) {
  const TemporaryFolder folder;
  folder.write(".git/HEAD", "ref: refs/heads/main\n");
  folder.write(".git/objects/x", "");
  folder.write(".git/refs/x", "");
  folder.write(".gitignore", "out/\n");
  folder.write("out/a.py", "");

  EXPECT_THAT(files_in(folder), IsEmpty());
  EXPECT_THAT(files_in(folder, {"out"}), ElementsAre("out/a.py"));
}

TEST(FileFinder, SurvivesLinksThatLeadInCircles) {
  const TemporaryFolder folder;
  folder.write("pkg/a.py", "");
  fs::create_directory_symlink("..", folder / "pkg/up");
  fs::create_directory_symlink(".", folder / "pkg/self");
  fs::create_directory_symlink("/", folder / "pkg/everything");
  fs::create_symlink("loop.py", folder / "pkg/loop.py");

  const Found found = find_in(folder, {"."});

  EXPECT_THAT(found.files, ElementsAre("pkg/a.py"));
  EXPECT_THAT(found.errors, ElementsAre("pkg/loop.py: too many levels of symbolic links"));
}

TEST(FileFinder, FollowsALinkToAFolderElsewhere) {
  const TemporaryFolder elsewhere;
  elsewhere.write("b.py", "");
  const TemporaryFolder folder;
  fs::create_directory_symlink(elsewhere.path(), folder / "linked");

  EXPECT_THAT(files_in(folder), ElementsAre("linked/b.py"));
}

TEST(FileFinder, FollowsOnlyLinksThatStayInsideWhereItIsTold) {
  const TemporaryFolder elsewhere;
  elsewhere.write("b.py", "");
  const TemporaryFolder folder;
  folder.write("deep/real.py", "");
  fs::create_directory_symlink(elsewhere.path(), folder / "linked");
  fs::create_symlink(elsewhere / "b.py", folder / "b.py");
  fs::create_directory_symlink("deep/../../" + folder.path().filename().string() + "/deep", folder / "another");
  fs::create_symlink("deep/real.py", folder / "alias.py");
  Workers workers(1);

  const FoundFiles inside =
      find_python_files({folder / "deep", folder.path().string()}, workers, {.links = Links::inside});

  ASSERT_EQ(inside.files.size(), 1U);
  EXPECT_EQ(inside.files[0].path, folder / "deep/real.py");
}

TEST(FileFinder, FindsAFileOnceByItsRealPath) {
  const TemporaryFolder folder;
  folder.write("pkg/real.py", "");
  fs::create_symlink("pkg/real.py", folder / "alias.py");
  fs::create_directory_symlink("pkg", folder / "another");

  EXPECT_THAT(files_in(folder), ElementsAre("pkg/real.py"));
  EXPECT_THAT(files_in(folder, {"pkg", ".", "pkg/real.py"}), ElementsAre("pkg/real.py"));
}

TEST(FileFinder, KeepsFilesThatShareTheirContentByHardLink) {
  const TemporaryFolder folder;
  folder.write("a/__init__.py", "");
  folder.write("b/c.py", "");
  fs::create_hard_link(folder / "a/__init__.py", folder / "b/__init__.py");

  EXPECT_THAT(files_in(folder), ElementsAre("a/__init__.py", "b/__init__.py", "b/c.py"));
}

TEST(FileFinder, ReportsPathsThatDoNotExist) {
  const TemporaryFolder folder;
  folder.write("a.py", "");

  const Found found = find_in(folder, {"missing", "a.py"});

  EXPECT_THAT(found.files, ElementsAre("a.py"));
  EXPECT_THAT(found.errors, ElementsAre("missing: no such file or directory"));
}

TEST(FileFinder, ReportsAFolderThatMayNotBeReadAndGoesOn) {
  const TemporaryFolder folder;
  folder.write("closed/a.py", "");
  folder.write("open/b.py", "");
  // Nothing is closed to root.
  constexpr uid_t nobody = 65534;
  const bool was_root = ::geteuid() == 0;
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(folder / "closed", fs::perms::none);
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());  // nobody could not come back to a folder in root's home
  ASSERT_EQ(::seteuid(was_root ? nobody : ::geteuid()), 0);

  const Found found = find_in(folder, {"."});

  ASSERT_EQ(::seteuid(was_root ? 0 : ::geteuid()), 0);
  fs::current_path(before);
  fs::permissions(folder / "closed", fs::perms::owner_all);
  EXPECT_THAT(found.files, ElementsAre("open/b.py"));
  EXPECT_THAT(found.errors, ElementsAre("closed: permission denied"));
}

TEST(FileFinder, FindsTheSameWithAnyNumberOfThreads) {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) {
    const std::string package = "p" + std::to_string(i % 7) + "/q" + std::to_string(i);
    folder.write(package + "/m.py", std::string(static_cast<std::size_t>(i), 'x'));
    fs::create_directory_symlink("../p0", folder / (package + "/link"));
  }

  const std::vector<std::string> alone = find_in(folder, {"."}, 1).files;

  EXPECT_EQ(alone.size(), 40U);
  EXPECT_EQ(find_in(folder, {"."}, 8).files, alone);
}

}  // namespace
}  // namespace server
