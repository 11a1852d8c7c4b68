// Files of the workspace that no editor has open have diagnostics, which follow what happens to the files.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/project_client.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::ProjectClient;
using tests::ScriptedClient;
using tests::TemporaryFolder;

constexpr std::string_view library = "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n";
constexpr std::string_view harmless_library = "def fill(x):\n    return len(x)\n";
constexpr std::string_view user =
    "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n";

/// `user.py` has a finding because of what `library.py` does.
struct Shop {
  TemporaryFolder folder;
  ProjectClient project;

  Shop() : project((folder.write("library.py", library), folder.write("user.py", user), folder)) { idle(); }

  void idle() { project.client().wait_idle(); }
  [[nodiscard]] std::size_t findings(std::string_view name) {
    idle();
    return project.client().diagnostics(project.uri_of(name)).size();
  }
  /// How often diagnostics of a file were sent that nobody looked at yet.
  [[nodiscard]] std::size_t publications(std::string_view name) {
    idle();
    const std::vector<Json>& all = project.client().notifications();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const Json& each) { return each["params"].value("uri", "") == project.uri_of(name); }));
  }
};

TEST(ClosedFiles, HaveDiagnosticsWithoutVersion) {
  Shop shop;
  EXPECT_EQ(shop.findings("user.py"), 1U);
  EXPECT_EQ(shop.publications("user.py"), 1U);
  EXPECT_EQ(shop.publications("library.py"), 0U);
  EXPECT_FALSE(shop.project.client().notifications().front()["params"].contains("version"));
}

TEST(ClosedFiles, FollowWhatIsTypedInOtherFiles) {
  Shop shop;
  shop.project.open("library.py");
  shop.project.edit("library.py", harmless_library);
  EXPECT_EQ(shop.findings("user.py"), 0U);
  shop.project.edit("library.py", library);
  EXPECT_EQ(shop.findings("user.py"), 1U);
}

TEST(ClosedFiles, FollowTheDisk) {
  Shop shop;
  shop.project.write("library.py", harmless_library);
  EXPECT_EQ(shop.findings("user.py"), 0U);
  shop.project.write("library.py", library);
  EXPECT_EQ(shop.findings("user.py"), 1U);
  shop.project.rename("user.py", "client.py");
  EXPECT_EQ(shop.findings("user.py"), 0U);
  EXPECT_EQ(shop.findings("client.py"), 1U);
  shop.project.remove("client.py");
  EXPECT_EQ(shop.findings("client.py"), 0U);
}

TEST(ClosedFiles, KeepTheDiagnosticsOfTheDocumentThatIsClosed) {
  Shop shop;
  shop.project.open("user.py");
  EXPECT_EQ(shop.findings("user.py"), 1U);
  const std::size_t before = shop.publications("user.py");
  shop.project.close("user.py");
  EXPECT_EQ(shop.publications("user.py"), before) << "they flicker";
  EXPECT_EQ(shop.findings("user.py"), 1U);
}

TEST(ClosedFiles, ForgetADocumentWhoseFileGoesAsItIsClosed) {
  Shop shop;
  // Files that are closed are looked at only after a pause, in which this one goes.
  shop.project.client().notify("workspace/didChangeConfiguration", {{"settings", {{"debounceMs", 20}}}});
  shop.project.open("user.py");
  EXPECT_EQ(shop.findings("user.py"), 1U);
  shop.project.close("user.py");
  shop.project.remove("user.py");
  EXPECT_EQ(shop.findings("user.py"), 0U);
}

TEST(ClosedFiles, ForgetWhatWasTypedButNotSaved) {
  Shop shop;
  shop.project.open("user.py");
  shop.project.edit("user.py", "_x = {}\n");
  EXPECT_EQ(shop.findings("user.py"), 0U);
  shop.project.close("user.py");
  EXPECT_EQ(shop.findings("user.py"), 1U);
}

TEST(ClosedFiles, AreLookedAtAgainOnlyIfTheyAreConcerned) {
  TemporaryFolder folder;
  folder.write("library.py", library);
  folder.write("user.py", user);
  folder.write("alone.py", "A = []\n");
  ProjectClient project(folder);
  EXPECT_THAT(project.examined(), ElementsAre("alone", "library", "user"));
  project.open("library.py");
  EXPECT_THAT(project.examined(), ElementsAre("library"));
  project.edit("library.py", harmless_library);
  EXPECT_THAT(project.examined(), ElementsAre("library", "user"));
  project.edit("library.py", std::string(harmless_library) + "# the end\n");
  EXPECT_THAT(project.examined(), ElementsAre("library"));
}

TEST(ClosedFiles, OfOneFileUnderTwoNamesOnlyOneIsSpokenOf) {
  TemporaryFolder folder;
  folder.write("real/library.py", library);
  folder.write("real/user.py", user);
  std::filesystem::create_directory_symlink(folder / "real", folder / "link");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), protocol::uri_of_path(folder / "real"));
  client.wait_idle();
  const std::string real = protocol::uri_of_path(folder / "real/user.py");
  const std::string link = protocol::uri_of_path(folder / "link/user.py");
  EXPECT_THAT(client.diagnostics(real), SizeIs(1));
  client.open(link, std::string(user));
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(real), IsEmpty());
  EXPECT_THAT(client.diagnostics(link), SizeIs(1));
  client.close(link);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(link), IsEmpty());
  EXPECT_THAT(client.diagnostics(real), SizeIs(1));
}

TEST(ClosedFiles, AreLeftAloneWhereTheUserWantsOpenOnesOnly) {
  TemporaryFolder folder;
  folder.write("library.py", library);
  folder.write("user.py", user);
  const std::string uri = protocol::uri_of_path(folder / "user.py");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), protocol::uri_of_path(folder.path().string()),
                    {{"diagnosticMode", "openFilesOnly"}});
  client.wait_idle();
  EXPECT_THAT(client.notifications(), IsEmpty());
  client.open(uri, std::string(user));
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), SizeIs(1));
  client.close(uri);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
}

}  // namespace
