// Reading Python files of any encoding, and replacing them without a moment in which they are broken.
#include "server/workspace/source_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::TemporaryFolder;

TEST(SourceFile, TakesTheByteOrderMarkOffAndPutsItBack) {
  const auto file = decode_source("\xEF\xBB\xBFx = 1\r\n");

  ASSERT_TRUE(file);
  EXPECT_EQ(file->text, "x = 1\r\n");
  EXPECT_EQ(encoded(*file), "\xEF\xBB\xBFx = 1\r\n");
}

TEST(SourceFile, KeepsBytesOfADeclaredEncoding) {
  for (const std::string cookie : {"# -*- coding: latin-1 -*-\n", "#!/bin/python\n# vim: set fileencoding=cp1252 :\n",
                                   "\n#coding:koi8-r\n", "#!x\r\n#coding=iso-8859-15\r\n"}) {
    const auto file = decode_source(cookie + "x = '\xE9'\n");

    ASSERT_TRUE(file);
    EXPECT_EQ(file->text, cookie + "x = '\xE9'\n");
    EXPECT_EQ(file->complaint, "") << cookie;
  }
}

TEST(SourceFile, ComplainsOfBytesThatAreNotUtf8) {
  for (const std::string head : {"", "# coding: utf-8\n", "x = 1\n# coding: latin-1\n", "\n\n# coding: latin-1\n"}) {
    const auto file = decode_source(head + "x = '\xE9'\n");

    ASSERT_TRUE(file);
    EXPECT_THAT(file->complaint, HasSubstr("not UTF-8")) << head;
    EXPECT_EQ(file->text, head + "x = '\xE9'\n");
  }
}

TEST(SourceFile, NamesTheLineThatIsNotUtf8) {
  EXPECT_THAT(decode_source("a = 'é'\nb = '\xC3'\n")->complaint, HasSubstr("line 2"));
}

TEST(SourceFile, RefusesWhatIsNoPython) {
  EXPECT_THAT(decode_source(std::string("\xFF\xFEx\0", 4)).error(), HasSubstr("UTF-16"));
  EXPECT_THAT(decode_source(std::string("\xFE\xFF\0x", 4)).error(), HasSubstr("UTF-16"));
  EXPECT_THAT(decode_source(std::string("ELF\0\1", 5)).error(), HasSubstr("NUL"));
}

TEST(SourceFile, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;

  EXPECT_EQ(read_source(folder / "missing.py").error(), "no such file or directory");
  EXPECT_EQ(read_source(folder.path()).error(), "is a directory");
}

TEST(ReplaceContent, KeepsTheModeAndLeavesNothingBehind) {
  const TemporaryFolder folder;
  folder.write("a.py", "old");
  ::chmod((folder / "a.py").c_str(), 0754);

  ASSERT_TRUE(replace_content(folder / "a.py", "old", "new"));

  struct stat status {};
  ASSERT_EQ(::stat((folder / "a.py").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0754U);
  EXPECT_EQ(folder.read("a.py"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(ReplaceContent, ReplacesTheTargetOfALink) {
  const TemporaryFolder folder;
  folder.write("real/a.py", "old");
  fs::create_symlink("real/a.py", folder / "link.py");

  ASSERT_TRUE(replace_content(folder / "link.py", "old", "new"));

  EXPECT_TRUE(fs::is_symlink(folder / "link.py"));
  EXPECT_EQ(folder.read("real/a.py"), "new");
}

TEST(ReplaceContent, LeavesAFileAloneThatSomeoneElseChanged) {
  const TemporaryFolder folder;
  folder.write("a.py", "newer");

  const auto done = replace_content(folder / "a.py", "old", "new");

  EXPECT_THAT(done.error(), HasSubstr("changed while it was being checked"));
  EXPECT_EQ(folder.read("a.py"), "newer");
}

TEST(ReplaceContent, ReadersSeeTheOldFileUntilTheNewOneIsComplete) {
  const TemporaryFolder folder;
  folder.write("a.py", "old");
  // Who has it open keeps what was there: the file was replaced, not written over.
  std::FILE* const reader = std::fopen((folder / "a.py").c_str(), "r");
  ASSERT_NE(reader, nullptr);

  ASSERT_TRUE(replace_content(folder / "a.py", "old", "new content"));

  char seen[16] = {};
  EXPECT_EQ(std::fread(seen, 1, sizeof seen, reader), 3U);
  EXPECT_STREQ(seen, "old");
  std::fclose(reader);
}

}  // namespace
}  // namespace server
