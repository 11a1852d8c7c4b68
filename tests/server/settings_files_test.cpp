// Settings files in the workspace of an editor: which one decides, when they change, and when they are wrong.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/support/settings_client.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::SettingsClient;
using tests::TemporaryFolder;

constexpr const char* ignoring = "ignore = [\"incomplete-initialization\"]\n";

std::string uri_in(const TemporaryFolder& folder, std::string_view name) {
  return protocol::uri_of_path(folder / name);
}

/// An editor with that folder and one document in it.
class SettingsFiles : public testing::Test {
 protected:
  void begin(const Json& options = Json::object(), const Json& capabilities = tests::modern_capabilities()) {
    client.initialize(capabilities, protocol::uri_of_path(folder.path().string()), options);
    client.open_example(shop);
    client.wait_idle();
  }

  TemporaryFolder folder;
  const std::string shop = uri_in(folder, "shop.py");
  SettingsClient client;
};

TEST_F(SettingsFiles, AreObeyed) {
  folder.write("threadlint.toml", "[severity]\nincomplete-initialization = \"hint\"\n");
  begin();
  EXPECT_EQ(client.diagnostics(shop).at(0).severity, "hint");
}

TEST_F(SettingsFiles, TakeEffectWhenTheyChange) {
  begin();
  EXPECT_THAT(client.rules(shop), SizeIs(1));
  client.write(folder, "threadlint.toml", ignoring);
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
  client.write(folder, "threadlint.toml", "preview = true\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), SizeIs(1));
  client.write(folder, ".threadlint.toml", ignoring);
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
  client.remove(folder, ".threadlint.toml");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), SizeIs(1));
}

TEST_F(SettingsFiles, AreLookedAtForClientsThatWatchNothing) {
  folder.write("pyproject.toml", "[tool.black]\n");
  begin();
  folder.write("threadlint.toml", ignoring);
  client.edit(shop, {0, 0}, "\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
  folder.write("threadlint.toml", "ignore = []\npreview = true\n");
  client.edit(shop, {0, 0}, "\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), SizeIs(1));
}

TEST_F(SettingsFiles, AreAskedAboutWhereTheClientRegisters) {
  Json capabilities = tests::modern_capabilities();
  capabilities["workspace"]["didChangeWatchedFiles"] = {{"dynamicRegistration", true}};
  begin(Json::object(), capabilities);
  const std::string registration = client.next_notification().dump();
  EXPECT_THAT(registration, HasSubstr("**/pyproject.toml"));
  EXPECT_THAT(registration, HasSubstr("**/threadlint.toml"));
  EXPECT_THAT(registration, HasSubstr("**/.threadlint.toml"));
}

TEST_F(SettingsFiles, TheClosestOneDecides) {
  folder.write("threadlint.toml", ignoring);
  folder.write("tools/pyproject.toml", "[tool.threadlint]\n");
  begin();
  client.open_example(uri_in(folder, "tools/load.py"));
  client.open_example(uri_in(folder, "other/load.py"));
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
  EXPECT_THAT(client.rules(uri_in(folder, "tools/load.py")), SizeIs(1));
  EXPECT_THAT(client.rules(uri_in(folder, "other/load.py")), IsEmpty());
}

TEST_F(SettingsFiles, AreBelowTheEditorsSettings) {
  folder.write("threadlint.toml", "[severity]\nincomplete-initialization = \"hint\"\n");
  begin(Json::parse(R"({"severity": {"incomplete-initialization": "information"}})"));
  EXPECT_EQ(client.diagnostics(shop).at(0).severity, "information");
  client.tell({{"configurationPreference", "filesystemFirst"}});
  client.wait_idle();
  EXPECT_EQ(client.diagnostics(shop).at(0).severity, "hint");
  client.tell({{"configurationPreference", "editorOnly"}, {"severity", nullptr}});
  client.wait_idle();
  EXPECT_EQ(client.diagnostics(shop).at(0).severity, "information");
}

TEST_F(SettingsFiles, LeaveDocumentsOut) {
  folder.write("threadlint.toml", "exclude = [\"vendor\"]\n");
  begin();
  const std::string vendor = uri_in(folder, "vendor/load.py");
  client.open_example(vendor);
  client.wait_idle();
  EXPECT_THAT(client.rules(vendor), IsEmpty());
  client.write(folder, "threadlint.toml", "exclude = [\"shop.py\"]\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(vendor), SizeIs(1));
  EXPECT_THAT(client.rules(shop), IsEmpty());
}

TEST_F(SettingsFiles, LeaveFilesOutOfTheProject) {
  folder.write("library.py", "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n");
  begin();
  const std::string user = uri_in(folder, "user.py");
  client.open(user, "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(user), SizeIs(1));
  client.write(folder, "threadlint.toml", "exclude = [\"library.py\"]\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(user), IsEmpty());
  client.remove(folder, "threadlint.toml");
  client.wait_idle();
  EXPECT_THAT(client.rules(user), SizeIs(1));
}

TEST_F(SettingsFiles, NameABaselineThatIsWatchedToo) {
  begin();
  const std::string fingerprint = client.diagnostics(shop).at(0).json["data"]["fingerprint"];
  folder.write("threadlint.toml", "baseline = \"known.json\"\n");
  client.write(folder, "threadlint.toml", folder.read("threadlint.toml"));
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), SizeIs(1));
  client.write(folder, "known.json", "{\"findings\": [{\"fingerprint\": \"" + fingerprint + "\"}]}");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
}

TEST_F(SettingsFiles, NameNoPipeAsABaseline) {
  ASSERT_EQ(::mkfifo((folder / "known.json").c_str(), 0600), 0);
  folder.write("threadlint.toml", "baseline = \"known.json\"\n");
  begin();
  const auto problems = client.diagnostics(uri_in(folder, "threadlint.toml"));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].json["message"], "`known.json` is no regular file");
}

TEST_F(SettingsFiles, ThatAreWrongHaveDiagnosticsAndTheLastGoodOnesHold) {
  const std::string file = uri_in(folder, "threadlint.toml");
  folder.write("threadlint.toml", ignoring);
  begin();
  client.write(folder, "threadlint.toml", "exclude = [\"\xF0\x9F\x90\x8D\xC3\xA9\", 1]\nselct = []\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(shop), IsEmpty());
  const auto problems = client.diagnostics(file);
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_EQ(problems[0].json["range"], Json::parse(R"({"start": {"line": 0, "character": 18},
                                                       "end": {"line": 0, "character": 19}})"));
  EXPECT_THAT(problems[0].message, HasSubstr("an element of `exclude` is a number, not a text"));
  EXPECT_EQ(problems[1].json["range"], Json::parse(R"({"start": {"line": 1, "character": 0},
                                                       "end": {"line": 1, "character": 5}})"));
  EXPECT_EQ(problems[1].message, "there is no setting `selct`; did you mean `select`?");
  EXPECT_EQ(problems[1].severity, "error");

  client.write(folder, "threadlint.toml", "preview = true\n");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(file), IsEmpty());
  EXPECT_THAT(client.rules(shop), SizeIs(1));
}

TEST_F(SettingsFiles, ThatAreWrongFromTheBeginningSayNothingElse) {
  const std::string file = uri_in(folder, "tools/threadlint.toml");
  folder.write("threadlint.toml", ignoring);
  folder.write("tools/threadlint.toml", "preview = maybe\n");
  folder.write("tools/load.py", tests::example_module);
  begin();
  EXPECT_THAT(client.rules(file), ElementsAre("invalid-setting"));
  client.open_example(uri_in(folder, "tools/load.py"));
  client.wait_idle();
  EXPECT_THAT(client.rules(uri_in(folder, "tools/load.py")), SizeIs(1));
  client.remove(folder, "tools/threadlint.toml");
  client.wait_idle();
  EXPECT_THAT(client.rules(file), IsEmpty());
  EXPECT_THAT(client.rules(uri_in(folder, "tools/load.py")), IsEmpty());
}

TEST_F(SettingsFiles, OfOthersAreNotOurs) {
  folder.write("pyproject.toml", "[tool.black\n");
  begin();
  EXPECT_THAT(client.rules(uri_in(folder, "pyproject.toml")), IsEmpty());
  client.write(folder, "pyproject.toml", "[tool.threadlint\n");
  client.wait_idle();
  EXPECT_THAT(client.rules(uri_in(folder, "pyproject.toml")), ElementsAre("invalid-setting"));
}

}  // namespace
