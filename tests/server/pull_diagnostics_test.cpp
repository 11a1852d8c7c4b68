// Clients that ask what was found, instead of being told.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using testing::IsEmpty;
using testing::SizeIs;
using tests::error_code;
using tests::Json;
using tests::ScriptedClient;
using tests::TemporaryFolder;

constexpr const char* library = "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n";
constexpr const char* harmless_library = "def fill(x):\n    return len(x)\n";
constexpr const char* user =
    "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n";

Json pulling_capabilities() {
  Json capabilities = tests::modern_capabilities();
  capabilities["textDocument"]["diagnostic"] = {{"relatedDocumentSupport", true}};
  capabilities["workspace"]["diagnostics"] = {{"refreshSupport", true}};
  return capabilities;
}

/// `user.py` has a finding because of what `library.py` does. Neither is open.
struct PullingClient {
  TemporaryFolder folder;
  ScriptedClient client;
  Json server;

  explicit PullingClient(const Json& capabilities = pulling_capabilities()) {
    folder.write("library.py", library);
    folder.write("user.py", user);
    server = client.initialize(capabilities, uri(""))["capabilities"];
  }

  [[nodiscard]] std::string uri(std::string_view name) const { return protocol::uri_of_path(folder / name); }
  void open(std::string_view name) { client.open(uri(name), folder.read(name)); }
  void become(std::string_view name, std::string_view text) {
    client.edit(uri(name), {0, static_cast<std::uint32_t>(client.text(uri(name)).size())}, text);
  }
  Json pull(std::string_view name, const Json& previous = nullptr) {
    return client.request("textDocument/diagnostic",
                          {{"textDocument", {{"uri", uri(name)}}}, {"previousResultId", previous}})["result"];
  }
  std::int64_t ask_for_workspace(const Json& previous = Json::array(), const Json& token = nullptr) {
    Json params = {{"previousResultIds", previous}};
    if (!token.is_null()) params["partialResultToken"] = token;
    return client.send_request("workspace/diagnostic", params);
  }
  /// How many of the messages so far have the method.
  [[nodiscard]] std::ptrdiff_t count(std::string_view method) const {
    return std::ranges::count_if(client.notifications(), [&](const Json& each) { return each["method"] == method; });
  }
};

TEST(PullDiagnostics, AreOfferedToThoseWhoCanBeToldToPullAgain) {
  const Json offered = {{"identifier", "threadlint"}, {"interFileDependencies", true}, {"workspaceDiagnostics", true}};
  EXPECT_EQ(PullingClient().server["diagnosticProvider"], offered);
  Json without_refresh = pulling_capabilities();
  without_refresh["workspace"].erase("diagnostics");
  PullingClient pushed(without_refresh);
  EXPECT_FALSE(pushed.server.contains("diagnosticProvider"));
  pushed.open("user.py");
  pushed.client.wait_idle();
  EXPECT_THAT(pushed.client.diagnostics(pushed.uri("user.py")), SizeIs(1));
}

TEST(PullDiagnostics, AreThoseOfTheNewestTextAndNotPushed) {
  PullingClient project;
  project.client.wait_idle();
  project.open("user.py");
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  project.become("user.py", "_x = {}\n");
  EXPECT_THAT(project.pull("user.py")["items"], IsEmpty());
  project.become("user.py", user);
  const Json report = project.pull("user.py");
  EXPECT_EQ(report["kind"], "full");
  EXPECT_EQ(report["items"][0]["code"], "incomplete-initialization");
  project.client.wait_idle();
  for (const Json& each : project.client.notifications()) EXPECT_FALSE(each["params"].contains("version")) << each;
}

TEST(PullDiagnostics, AreNotSentTwice) {
  PullingClient project;
  project.client.wait_idle();
  project.open("user.py");
  const Json first = project.pull("user.py");
  const Json second = project.pull("user.py", first["resultId"]);
  EXPECT_EQ(second, Json({{"kind", "unchanged"}, {"resultId", first["resultId"]}}));
  project.become("user.py", std::string("# a line\n") + user);
  EXPECT_EQ(project.pull("user.py", first["resultId"])["kind"], "full");
}

TEST(PullDiagnostics, TellWhatChangedInOtherDocuments) {
  PullingClient project;
  project.open("user.py");
  project.open("library.py");
  project.client.wait_idle();
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  project.become("library.py", harmless_library);
  project.client.wait_idle();
  const Json related = project.pull("library.py")["relatedDocuments"];
  EXPECT_THAT(related, SizeIs(1));
  EXPECT_THAT(related[project.uri("user.py")]["items"], IsEmpty());
}

TEST(PullDiagnostics, AreAskedForAgainWhenSomethingElseIsTheCause) {
  PullingClient project;
  project.client.wait_idle();
  project.open("user.py");
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  project.client.wait_idle();
  EXPECT_EQ(project.count("workspace/diagnostic/refresh"), 0);
  project.folder.write("library.py", harmless_library);
  project.client.notify("workspace/didChangeWatchedFiles",
                        {{"changes", Json::array({{{"uri", project.uri("library.py")}, {"type", 2}}})}});
  project.client.wait_idle();
  project.client.wait_idle();  // the client is told when all is known
  EXPECT_EQ(project.count("workspace/diagnostic/refresh"), 1);
  EXPECT_THAT(project.pull("user.py")["items"], IsEmpty());
}

TEST(PullDiagnostics, OfWhatIsNotOpenAreEmptyOrThoseOfTheFile) {
  PullingClient project;
  project.client.wait_idle();
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  EXPECT_EQ(project.pull("nowhere.py"), Json({{"kind", "full"}, {"items", Json::array()}}));
}

TEST(WorkspaceDiagnostics, ComeWhenAllIsKnown) {
  PullingClient project;
  const Json items = project.client.response_to(project.ask_for_workspace())["result"]["items"];
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0]["uri"], project.uri("user.py"));
  EXPECT_TRUE(items[0]["version"].is_null());
  EXPECT_EQ(items[0]["kind"], "full");
  EXPECT_THAT(items[0]["items"], SizeIs(1));
}

TEST(WorkspaceDiagnostics, WaitUntilThereIsSomethingNew) {
  PullingClient project;
  const Json first = project.client.response_to(project.ask_for_workspace())["result"]["items"][0];
  const std::int64_t waiting =
      project.ask_for_workspace(Json::array({{{"uri", first["uri"]}, {"value", first["resultId"]}}}));
  project.client.wait_idle();
  project.open("library.py");
  project.client.wait_idle();
  project.become("library.py", harmless_library);
  const Json items = project.client.response_to(waiting)["result"]["items"];
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0]["uri"], project.uri("user.py"));
  EXPECT_THAT(items[0]["items"], IsEmpty());
}

TEST(WorkspaceDiagnostics, ForgetFilesThatAreGone) {
  PullingClient project;
  project.client.wait_idle();
  const std::string gone = project.uri("gone.py");
  const Json items = project.client.response_to(
      project.ask_for_workspace(Json::array({{{"uri", gone}, {"value", "0123456789abcdef"}}})))["result"]["items"];
  ASSERT_THAT(items, SizeIs(2));
  EXPECT_EQ(items[1]["uri"], gone);
  EXPECT_THAT(items[1]["items"], IsEmpty());
}

TEST(WorkspaceDiagnostics, ForgetFilesThatGoWhenTheyAreClosed) {
  PullingClient project;
  project.client.wait_idle();
  project.open("user.py");
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  project.client.notify("textDocument/didClose", {{"textDocument", {{"uri", project.uri("user.py")}}}});
  std::filesystem::remove(project.folder / "user.py");
  project.client.notify("workspace/didChangeWatchedFiles",
                        {{"changes", Json::array({{{"uri", project.uri("user.py")}, {"type", 3}}})}});
  project.client.wait_idle();
  // The client does not name the id of what it still shows.
  const Json items = project.client.response_to(project.ask_for_workspace())["result"]["items"];
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0]["uri"], project.uri("user.py"));
  EXPECT_THAT(items[0]["items"], IsEmpty());
}

TEST(WorkspaceDiagnostics, TellAgainWhatWasAskedForAtTheClose) {
  PullingClient project;
  const Json first = project.client.response_to(project.ask_for_workspace())["result"]["items"][0];
  const std::int64_t waiting =
      project.ask_for_workspace(Json::array({{{"uri", first["uri"]}, {"value", first["resultId"]}}}));
  EXPECT_THAT(project.pull("user.py")["items"], SizeIs(1));
  const Json items = project.client.response_to(waiting)["result"]["items"];
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0]["resultId"], first["resultId"]);
}

TEST(WorkspaceDiagnostics, ComeInPartsToThoseWhoTakeThem) {
  PullingClient project;
  for (int i = 0; i < 250; ++i) project.folder.write("user" + std::to_string(i) + ".py", user);
  project.client.notify("workspace/didChangeWatchedFiles",
                        {{"changes", Json::array({{{"uri", project.uri("user0.py")}, {"type", 1}}})}});
  const Json answer = project.client.response_to(project.ask_for_workspace(Json::array(), "part"));
  EXPECT_THAT(answer["result"]["items"], IsEmpty());
  std::size_t documents = 0;
  std::size_t parts = 0;
  for (const Json& each : project.client.notifications()) {
    if (each["method"] != "$/progress") continue;
    EXPECT_EQ(each["params"]["token"], "part");
    EXPECT_LE(each["params"]["value"]["items"].size(), 100U);
    documents += each["params"]["value"]["items"].size();
    ++parts;
  }
  EXPECT_EQ(documents, 251U);
  EXPECT_GE(parts, 3U);
}

TEST(WorkspaceDiagnostics, AreNotPushedAnyMore) {
  PullingClient project;
  project.client.wait_idle();
  EXPECT_THAT(project.client.diagnostics(project.uri("user.py")), SizeIs(1)) << "until somebody asks, it is told";
  EXPECT_TRUE(project.client.response_to(project.ask_for_workspace()).contains("result"));
  EXPECT_THAT(project.client.diagnostics(project.uri("user.py")), IsEmpty());
}

TEST(WorkspaceDiagnostics, CanBeCancelledAndReplaced) {
  PullingClient project;
  const Json first = project.client.response_to(project.ask_for_workspace())["result"]["items"][0];
  const Json known = Json::array({{{"uri", first["uri"]}, {"value", first["resultId"]}}});
  const std::int64_t cancelled = project.ask_for_workspace(known);
  project.client.notify("$/cancelRequest", {{"id", cancelled}});
  EXPECT_EQ(error_code(project.client.response_to(cancelled)), -32800);
  const std::int64_t replaced = project.ask_for_workspace(known);
  const std::int64_t waiting = project.ask_for_workspace(known);
  EXPECT_THAT(project.client.response_to(replaced)["result"]["items"], IsEmpty());
  EXPECT_EQ(project.client.quit(), 0);
  EXPECT_EQ(error_code(project.client.response_to(waiting)), -32800);
}

}  // namespace
