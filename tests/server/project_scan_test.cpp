// The files of the workspace are read in the background, whatever is among them.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/fake_analysis.h"
#include "tests/support/project_client.h"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Gate;
using tests::Json;
using tests::ScriptedClient;
using tests::TemporaryFolder;

constexpr const char* library = "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n";
constexpr const char* user =
    "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n";

/// The real analysis, which is held up when it examines `library.py` the first time.
server::ServeOptions held_up(Gate& gate) {
  server::ServeOptions options;
  options.workers = 2;
  options.analysis.examine = [&gate](std::string name, auto text, const auto* previous, const auto& stop) {
    if (name == "library") gate.pass();
    return analysis::examine_module(std::move(name), std::move(text), previous, stop);
  };
  return options;
}

std::string uri_in(const TemporaryFolder& folder, std::string_view name) {
  return protocol::uri_of_path(folder / name);
}

TEST(ProjectScan, DoesNotHoldUpOpenDocuments) {
  TemporaryFolder folder;
  folder.write("library.py", library);
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  gate.wait_for_worker();
  client.open(uri_in(folder, "user.py"), user);
  EXPECT_EQ(client.next_notification()["params"]["version"], 1);
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), IsEmpty());
  gate.open();
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

TEST(ProjectScan, EndsWhenTheServerDoes) {
  TemporaryFolder folder;
  folder.write("library.py", library);
  for (int i = 0; i < 50; ++i) folder.write("module" + std::to_string(i) + ".py", library);
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  gate.wait_for_worker();
  EXPECT_TRUE(client.request("shutdown", nullptr).contains("result"));
  client.notify("exit", nullptr);
  gate.open();
  EXPECT_EQ(client.end(), 0);
}

TEST(ProjectScan, SurvivesWhatIsNoPython) {
  TemporaryFolder folder;
  folder.write("a.py", std::string("\0\0", 2));
  folder.write("b.py", "def (:\n");
  std::filesystem::create_symlink("nowhere", folder / "c.py");
  folder.write("library.py", library);
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("a.py` is not read"));
}

TEST(ProjectScan, SurvivesAnAnalysisThatThrows) {
  TemporaryFolder folder;
  folder.write("a.py", "THROW = 1\n");
  folder.write("library.py", library);
  server::ServeOptions options;
  options.analysis.examine = [](std::string name, auto text, const auto* previous, const auto& stop) {
    if (text->bytes().starts_with("THROW")) throw std::runtime_error("no facts");
    return analysis::examine_module(std::move(name), std::move(text), previous, stop);
  };
  ScriptedClient client(options);
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

TEST(ProjectScan, LeavesOutWhatGitIgnores) {
  TemporaryFolder folder;
  folder.write(".gitignore", "library.py\n");
  folder.write("library.py", library);
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), IsEmpty());
  folder.write(".gitignore", "");
  client.notify("workspace/didChangeWatchedFiles",
                {{"changes", Json::array({{{"uri", uri_in(folder, ".gitignore")}, {"type", 2}}})}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

TEST(ProjectScan, FollowsTheFoldersOfTheWorkspace) {
  TemporaryFolder folder;
  folder.write("one/library.py", library);
  folder.write("two/user.py", user);
  ScriptedClient client;
  client.initialize();
  client.open(uri_in(folder, "two/user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "two/user.py")), IsEmpty());
  const Json one = Json::array({{{"uri", uri_in(folder, "one")}, {"name", "one"}}});
  client.notify("workspace/didChangeWorkspaceFolders", {{"event", {{"added", one}, {"removed", Json::array()}}}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "two/user.py")), SizeIs(1));
  client.notify("workspace/didChangeWorkspaceFolders", {{"event", {{"added", Json::array()}, {"removed", one}}}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "two/user.py")), IsEmpty());
}

TEST(ProjectScan, KeepsAFolderThatIsOpenByAnotherName) {
  TemporaryFolder folder;
  folder.write("real/library.py", library);
  std::filesystem::create_directory_symlink("real", folder / "link");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, "real"));
  client.open(uri_in(folder, "user.py"), user);
  const Json link = Json::array({{{"uri", uri_in(folder, "link")}, {"name", "link"}}});
  client.notify("workspace/didChangeWorkspaceFolders", {{"event", {{"added", link}, {"removed", Json::array()}}}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
  client.notify("workspace/didChangeWorkspaceFolders", {{"event", {{"added", Json::array()}, {"removed", link}}}});
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "user.py")), SizeIs(1));
}

TEST(ProjectScan, AsksTheClientToWatchFiles) {
  ScriptedClient client;
  client.initialize({{"workspace", {{"didChangeWatchedFiles", {{"dynamicRegistration", true}}}}}});
  const Json request = client.next_notification();
  EXPECT_EQ(request["method"], "client/registerCapability");
  EXPECT_EQ(request["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
  client.send({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", nullptr}});
  EXPECT_EQ(client.quit(), 0);
}

TEST(ProjectScan, TakesAFileForOneWhateverItsSpelling) {
  TemporaryFolder folder;
  folder.write("real/library.py", library);
  std::filesystem::create_directory_symlink("real", folder / "link");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, "link"));
  client.open(uri_in(folder, "real/library.py"), "");
  client.open(uri_in(folder, "real/user.py"), user);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri_in(folder, "real/user.py")), IsEmpty());
}

}  // namespace
