// Files that are made, renamed and deleted, told by the client or seen by our own watcher.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::ScriptedClient;
using tests::TemporaryFolder;

constexpr const char* library = "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n";
constexpr const char* user =
    "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n";
constexpr const char* user_of_package =
    "from shop.library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n";

std::string uri_in(const TemporaryFolder& folder, std::string_view name) {
  return protocol::uri_of_path(folder / name);
}

Json watching_capabilities() {
  Json capabilities = tests::modern_capabilities();
  capabilities["workspace"]["didChangeWatchedFiles"] = {{"dynamicRegistration", true}};
  return capabilities;
}

/// An editor with a folder and one open document, `user.py`, which has a finding as long as `library` fills its dict.
class Editor {
 public:
  Editor(const TemporaryFolder& folder, const Json& capabilities, const char* text = user) : folder_(folder) {
    client.initialize(capabilities, uri_in(folder, ""));
    client.open(uri_in(folder, "user.py"), text);
  }

  /// In the open document.
  std::size_t findings() {
    client.wait_idle();
    return client.diagnostics(uri_in(folder_, "user.py")).size();
  }

  void tell(const char* method, const Json& file) { client.notify(method, {{"files", Json::array({file})}}); }

  ScriptedClient client;

 private:
  const TemporaryFolder& folder_;
};

TEST(FileOperations, AreAnnouncedWithFilters) {
  ScriptedClient client;
  const Json operations = client.initialize()["capabilities"]["workspace"]["fileOperations"];
  for (const char* name : {"didCreate", "didRename", "didDelete"}) {
    EXPECT_EQ(operations[name]["filters"][0]["pattern"]["glob"], "**/*.{py,pyw}") << name;
    EXPECT_EQ(operations[name]["filters"][1]["pattern"]["matches"], "folder") << name;
  }
}

TEST(FileOperations, BringAndTakeModules) {
  TemporaryFolder folder;
  Editor editor(folder, watching_capabilities());
  EXPECT_EQ(editor.findings(), 0U);

  folder.write("library.py", library);
  editor.tell("workspace/didCreateFiles", {{"uri", uri_in(folder, "library.py")}});
  EXPECT_EQ(editor.findings(), 1U);

  fs::rename(folder / "library.py", folder / "other.py");
  editor.tell("workspace/didRenameFiles",
              {{"oldUri", uri_in(folder, "library.py")}, {"newUri", uri_in(folder, "other.py")}});
  EXPECT_EQ(editor.findings(), 0U);

  fs::rename(folder / "other.py", folder / "library.py");
  editor.tell("workspace/didRenameFiles",
              {{"oldUri", uri_in(folder, "other.py")}, {"newUri", uri_in(folder, "library.py")}});
  EXPECT_EQ(editor.findings(), 1U);

  fs::remove(folder / "library.py");
  editor.tell("workspace/didDeleteFiles", {{"uri", uri_in(folder, "library.py")}});
  EXPECT_EQ(editor.findings(), 0U);
}

TEST(FileOperations, OnFoldersMoveAllOfTheirModules) {
  TemporaryFolder folder;
  folder.write("old/__init__.py", "");
  folder.write("old/library.py", library);
  Editor editor(folder, watching_capabilities(), user_of_package);
  EXPECT_EQ(editor.findings(), 0U);
  fs::rename(folder / "old", folder / "shop");
  editor.tell("workspace/didRenameFiles", {{"oldUri", uri_in(folder, "old")}, {"newUri", uri_in(folder, "shop")}});
  EXPECT_EQ(editor.findings(), 1U);
}

TEST(FileOperations, FollowAnUnsavedDocumentToItsNewName) {
  TemporaryFolder folder;
  folder.write("draft.py", "x = 1\n");
  Editor editor(folder, watching_capabilities());
  ScriptedClient& client = editor.client;
  client.open(uri_in(folder, "draft.py"), library);  // not saved
  EXPECT_EQ(editor.findings(), 0U);

  fs::rename(folder / "draft.py", folder / "library.py");
  editor.tell("workspace/didRenameFiles",
              {{"oldUri", uri_in(folder, "draft.py")}, {"newUri", uri_in(folder, "library.py")}});
  client.close(uri_in(folder, "draft.py"));
  client.open(uri_in(folder, "library.py"), library);
  EXPECT_EQ(editor.findings(), 1U);

  client.close(uri_in(folder, "library.py"));
  EXPECT_EQ(editor.findings(), 0U);  // the disk has the old text
}

TEST(FileOperations, ChangeNothingElse) {
  ScriptedClient client;
  client.initialize();
  const Json files = Json::array({{{"oldUri", "file:///a.py"}, {"newUri", "file:///b.py"}}});
  EXPECT_EQ(client.request("workspace/willRenameFiles", {{"files", files}})["result"], Json());
}

TEST(FileWatcher, SeesWhatHappensWhereTheClientDoesNotTell) {
  TemporaryFolder folder;
  Editor editor(folder, tests::modern_capabilities());
  EXPECT_EQ(editor.findings(), 0U);

  folder.write("library.py", library);
  EXPECT_EQ(editor.findings(), 1U);

  folder.write("library.py", "def fill(x):\n    pass\n");
  EXPECT_EQ(editor.findings(), 0U);

  folder.write("new", library);
  fs::rename(folder / "new", folder / "library.py");  // as editors save
  EXPECT_EQ(editor.findings(), 1U);

  fs::rename(folder / "library.py", folder / "other.py");
  EXPECT_EQ(editor.findings(), 0U);

  fs::rename(folder / "other.py", folder / "library.py");
  EXPECT_EQ(editor.findings(), 1U);

  fs::remove(folder / "library.py");
  EXPECT_EQ(editor.findings(), 0U);
}

TEST(FileWatcher, SeesFoldersComeMoveAndGo) {
  TemporaryFolder folder;
  Editor editor(folder, tests::modern_capabilities(), user_of_package);
  EXPECT_EQ(editor.findings(), 0U);

  folder.write("old/__init__.py", "");
  folder.write("old/library.py", library);
  EXPECT_EQ(editor.findings(), 0U);
  fs::rename(folder / "old", folder / "shop");
  EXPECT_EQ(editor.findings(), 1U);

  folder.write("shop/library.py", "def fill(x):\n    pass\n");
  EXPECT_EQ(editor.findings(), 0U);
  folder.write("shop/library.py", library);
  EXPECT_EQ(editor.findings(), 1U);

  fs::remove_all(folder / "shop");
  EXPECT_EQ(editor.findings(), 0U);
}

TEST(FileWatcher, ReadsWhatGitNoLongerIgnores) {
  TemporaryFolder folder;
  folder.write(".gitignore", "library.py\ndeep/\n");
  folder.write("library.py", library);
  folder.write("deep/er/a.py", "");
  Editor editor(folder, tests::modern_capabilities());
  EXPECT_EQ(editor.findings(), 0U);
  const auto watched = [&] {
    const Json usage = editor.client.request("threadlint/memoryUsage", nullptr)["result"];
    return usage["components"]["watchedFolders"]["count"].get<int>();
  };
  EXPECT_EQ(watched(), 1);
  folder.write(".gitignore", "");
  EXPECT_EQ(editor.findings(), 1U);
  EXPECT_EQ(watched(), 3);
}

TEST(FileWatcher, TellsByItself) {
  TemporaryFolder folder;
  Editor editor(folder, tests::modern_capabilities());
  EXPECT_EQ(editor.findings(), 0U);
  const std::size_t before = editor.client.notifications().size();
  for (std::size_t i = 0; i < before; ++i) (void)editor.client.next_notification();
  folder.write("library.py", library);
  EXPECT_THAT(editor.client.next_notification()["params"]["diagnostics"], SizeIs(1));
}

TEST(FileWatcher, RestsWhereTheClientWatches) {
  TemporaryFolder folder;
  Editor editor(folder, watching_capabilities());
  folder.write("library.py", library);
  EXPECT_THAT(editor.client.request("threadlint/debugInformation", nullptr)["result"]["text"].get<std::string>(),
              HasSubstr("files are watched by the client"));
}

TEST(FileWatcher, TakesOverFromAClientThatRefuses) {
  TemporaryFolder folder;
  ScriptedClient client;
  client.initialize(watching_capabilities(), uri_in(folder, ""));
  const Json request = client.next_notification();
  ASSERT_EQ(request["method"], "client/registerCapability");
  client.send({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"error", {{"code", -32601}, {"message", "no"}}}});
  client.open(uri_in(folder, "user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), IsEmpty());
  folder.write("library.py", library);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

TEST(FileWatcher, LooksAgainWhenSomethingIsSavedWhereItCanNotWatch) {
  TemporaryFolder folder;
  folder.write("library.py", "def fill(x):\n    pass\n");
  ScriptedClient client({.most_watched_folders = 0});
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "user.py"), user);
  client.wait_idle();
  folder.write("library.py", library);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), IsEmpty());
  client.notify("textDocument/didSave", {{"textDocument", {{"uri", uri_in(folder, "user.py")}}}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("only 0 folders are watched"));
}

TEST(FileWatcher, FollowsTheFoldersOfTheWorkspace) {
  TemporaryFolder folder;
  folder.write("one/a.py", "");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, "two"));
  client.open(uri_in(folder, "user.py"), user);
  const Json one = Json::array({{{"uri", uri_in(folder, "one")}, {"name", "one"}}});
  client.notify("workspace/didChangeWorkspaceFolders", {{"event", {{"added", one}, {"removed", Json::array()}}}});
  client.wait_idle();
  folder.write("one/library.py", library);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

}  // namespace
