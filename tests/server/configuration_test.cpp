// Settings that an editor has: asked for, told, and at the beginning.
#include <gmock/gmock.h>

#include "tests/support/settings_client.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::Json;
using tests::SettingsClient;
using tests::TemporaryFolder;

/// Initialised without folders, and asked for the settings that hold everywhere.
const Json one_item = Json::parse(R"([{"section": "threadlint"}])");

server::ServeOptions patient() {
  server::ServeOptions options;
  options.configuration_limit = std::chrono::hours(1);
  return options;
}

TEST(Configuration, IsAwaitedBeforeAnythingIsAnalysed) {
  SettingsClient client(patient());
  client.initialize(tests::asked_capabilities());
  client.open_example("file:///shop.py");
  const Json question = client.next_question();
  EXPECT_EQ(question["params"]["items"], one_item);
  client.answer(question, Json::parse(R"([{"ignore": ["incomplete-initialization"]}])"));
  client.wait_idle();
  EXPECT_THAT(client.rules_ever_published("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
}

TEST(Configuration, IsNotAwaitedForEver) {
  server::ServeOptions options;
  options.configuration_limit = std::chrono::milliseconds(1);
  SettingsClient client(options);
  client.initialize(tests::asked_capabilities());
  client.open_example("file:///shop.py");
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), ElementsAre("incomplete-initialization"));
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("does not answer"));
}

TEST(Configuration, CountsWhenItComesLate) {
  server::ServeOptions options;
  options.configuration_limit = std::chrono::milliseconds(1);
  SettingsClient client(options);
  client.initialize(tests::asked_capabilities());
  client.open_example("file:///shop.py");
  client.wait_idle();
  client.answer(client.next_question(), Json::parse(R"([{"ignore": ["incomplete-initialization"]}])"));
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
}

TEST(Configuration, MayBeRefused) {
  SettingsClient client(patient());
  client.initialize(tests::asked_capabilities(), nullptr, {{"select", {"unused-suppression"}}});
  client.open_example("file:///shop.py");
  const Json question = client.next_question();
  client.send({{"jsonrpc", "2.0"}, {"id", question["id"]}, {"error", {{"code", -32603}, {"message", "no"}}}});
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), IsEmpty());
}

TEST(Configuration, MayBeOfAnyShape) {
  for (const char* answer : {"null", "[]", "[null]", "[[]]", "[1]", "{}", "[{\"select\": {\"a\": [1]}}]"}) {
    SettingsClient client(patient());
    client.initialize(tests::asked_capabilities());
    client.open_example("file:///shop.py");
    client.answer(client.next_question(), Json::parse(answer));
    client.wait_idle();
    EXPECT_THAT(client.rules("file:///shop.py"), ElementsAre("incomplete-initialization")) << answer;
  }
}

TEST(Configuration, IsAskedForAgainWhenItChanges) {
  SettingsClient client(patient());
  client.initialize(tests::asked_capabilities());
  client.open_example("file:///shop.py");
  client.answer(client.next_question(), Json::parse(R"([{"ignore": ["incomplete-initialization"]}])"));
  client.wait_idle();
  client.notify("workspace/didChangeConfiguration", {{"settings", nullptr}});
  client.answer(client.next_question(), Json::parse(R"([{"severity": {"incomplete-initialization": "hint"}}])"));
  client.wait_idle();
  ASSERT_THAT(client.rules("file:///shop.py"), ElementsAre("incomplete-initialization"));
  EXPECT_EQ(client.diagnostics("file:///shop.py")[0].severity, "hint");
}

TEST(Configuration, OfTheLastQuestionCounts) {
  SettingsClient client(patient());
  client.initialize(tests::asked_capabilities());
  client.open_example("file:///shop.py");
  client.notify("workspace/didChangeConfiguration", {{"settings", nullptr}});
  const Json first = client.next_question();
  client.answer(client.next_question(), Json::parse(R"([{"ignore": ["incomplete-initialization"]}])"));
  client.answer(first, Json::parse(R"([{"severity": {"incomplete-initialization": "hint"}}])"));
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
}

TEST(Configuration, IsToldByClientsThatAreNotAsked) {
  SettingsClient client;
  client.initialize(tests::modern_capabilities(), nullptr, {{"preview", true}});
  client.open_example("file:///shop.py");
  client.notify("workspace/didChangeConfiguration",
                Json::parse(R"({"settings": {"threadlint": {"ignore": ["incomplete-initialization"]}}})"));
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
  client.notify("workspace/didChangeConfiguration", {{"settings", nullptr}});
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
  client.notify("workspace/didChangeConfiguration",
                Json::parse(R"({"settings": {"severity": {"incomplete-initialization": "information"}}})"));
  client.wait_idle();
  ASSERT_THAT(client.rules("file:///shop.py"), ElementsAre("incomplete-initialization"));
  EXPECT_EQ(client.diagnostics("file:///shop.py")[0].severity, "information");
}

TEST(Configuration, ComesWithInitialize) {
  SettingsClient client;
  client.initialize(tests::modern_capabilities(), nullptr,
                    Json::parse(R"({"extendSelect": ["lost-append"], "ignore": ["incomplete-initialization"],
                                    "perFileIgnores": {"old.py": ["ALL"]}, "select": [], "exclude": null})"));
  client.open_example("file:///shop.py");
  client.open_example("file:///old.py");
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
  EXPECT_THAT(client.rules("file:///old.py"), IsEmpty());
  EXPECT_THAT(client.messages(), IsEmpty());
}

TEST(Configuration, IsOfAFolder) {
  TemporaryFolder folder;
  const std::string outer = folder.path().string();
  const std::string inner = folder / "inner";
  folder.write("inner/__init__.py", "");
  SettingsClient client(patient());
  client.start(tests::asked_capabilities(), {outer, inner});
  const std::string shop = protocol::uri_of_path(outer + "/shop.py");
  const std::string cart = protocol::uri_of_path(inner + "/cart.py");
  client.open_example(shop);
  client.open_example(cart);
  client.open_example("untitled:Untitled-1");
  const Json question = client.next_question();
  EXPECT_EQ(question["params"]["items"],
            Json::array({{{"section", "threadlint"}},
                         {{"section", "threadlint"}, {"scopeUri", protocol::uri_of_path(outer)}},
                         {{"section", "threadlint"}, {"scopeUri", protocol::uri_of_path(inner)}}}));
  client.answer(question, Json::parse(R"([{"severity": {"incomplete-initialization": "hint"}}, null,
                                          {"ignore": ["incomplete-initialization"]}])"));
  client.wait_idle();
  EXPECT_EQ(client.diagnostics(shop).at(0).severity, "hint");
  EXPECT_THAT(client.rules(cart), Not(testing::Contains("incomplete-initialization")));
  EXPECT_EQ(client.diagnostics("untitled:Untitled-1").at(0).severity, "hint");
}

TEST(Configuration, IsAskedForWithFoldersThatCome) {
  TemporaryFolder folder;
  const std::string uri = protocol::uri_of_path(folder.path().string());
  SettingsClient client(patient());
  client.initialize(tests::asked_capabilities());
  client.answer(client.next_question(), Json::array({nullptr}));
  client.notify("workspace/didChangeWorkspaceFolders",
                {{"event", {{"added", Json::array({{{"uri", uri}, {"name", "shop"}}})}, {"removed", Json::array()}}}});
  const Json question = client.next_question();
  EXPECT_EQ(question["params"]["items"][1]["scopeUri"], uri);
  client.answer(question, Json::parse(R"([null, {"ignore": ["incomplete-initialization"]}])"));
  client.open_example(protocol::uri_of_path(folder / "shop.py"));
  client.wait_idle();
  EXPECT_THAT(client.rules(protocol::uri_of_path(folder / "shop.py")), IsEmpty());
}

TEST(Configuration, IsWatchedByClientsThatRegister) {
  Json capabilities = tests::asked_capabilities();
  capabilities["workspace"]["didChangeConfiguration"] = {{"dynamicRegistration", true}};
  SettingsClient client(patient());
  client.initialize(capabilities);
  EXPECT_EQ(client.next_notification()["params"]["registrations"][0],
            Json::parse(R"({"id": "threadlint-configuration", "method": "workspace/didChangeConfiguration",
                            "registerOptions": {"section": "threadlint"}})"));
}

TEST(Configuration, SwitchesEverythingOffAndOn) {
  SettingsClient client;
  client.initialize();
  client.open_example("file:///shop.py");
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), SizeIs(1));
  client.tell({{"enable", false}});
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), IsEmpty());
  EXPECT_EQ(client.hover("file:///shop.py")["result"], Json());
  client.type("file:///shop.py", "");
  client.type("file:///shop.py", std::string(tests::example_module));
  client.tell({{"enable", true}});
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), SizeIs(1));
  EXPECT_THAT(client.hover("file:///shop.py").dump(), HasSubstr("codecs"));
}

TEST(Configuration, SwitchesFeatures) {
  SettingsClient client;
  client.initialize();
  client.open_example("file:///shop.py");
  EXPECT_THAT(client.hover("file:///shop.py").dump(), HasSubstr("codecs"));
  client.tell({{"hover", false}, {"codeLens", false}});
  EXPECT_EQ(client.hover("file:///shop.py")["result"], Json());
  const Json document = {{"textDocument", {{"uri", "file:///shop.py"}}}};
  EXPECT_EQ(client.request("textDocument/codeLens", document)["result"], Json());
  client.tell({{"codeLens", true}});
  EXPECT_THAT(client.request("textDocument/codeLens", document)["result"], SizeIs(1));
  EXPECT_THAT(client.hover("file:///shop.py").dump(), HasSubstr("codecs"));
}

TEST(Configuration, ThatIsWrongIsToldOnceAndTheRestHolds) {
  SettingsClient client;
  client.initialize();
  client.open_example("file:///shop.py");
  for (int i = 0; i < 2; ++i) {
    client.tell(Json::parse(R"({"ignore": ["incomplete-initialization"], "selct": [], "select": ["nothing"],
                                "hovr": true, "hover": 1, "debounceMs": 18446744073709551615, "path": ["/bin/threadlint"],
                                "preview": "yes", "trace": {"server": "off"}})"));
  }
  client.wait_idle();
  EXPECT_THAT(client.rules("file:///shop.py"), Not(testing::Contains("incomplete-initialization")));
  EXPECT_THAT(client.messages(), testing::UnorderedElementsAre(
                                     HasSubstr("there is no rule `nothing`"), HasSubstr("did you mean `hover`?"),
                                     HasSubstr("`hover` is expected to be true or false"),
                                     HasSubstr("`debounce-ms` is expected to be"), HasSubstr("`preview` is a text")));
}

}  // namespace
