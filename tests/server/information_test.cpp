// Our own requests: the review of what is open, pages on rules, and what maintainers ask a server.
#include <gmock/gmock.h>

#include <cstdlib>

#include "protocol/uri.h"
#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using testing::HasSubstr;
using tests::error_code;
using tests::Gate;
using tests::Json;
using tests::ScriptedClient;
using tests::TemporaryFolder;

constexpr const char* cache = "_cache = {}\n\ndef get(key):\n    _cache[key] = 1\n    return _cache\n";

std::string uri_in(const TemporaryFolder& folder, std::string_view name) {
  return protocol::uri_of_path(folder / name);
}

TEST(LiveReview, IsThatOfTheCommandForTheSameTexts) {
  TemporaryFolder folder;
  folder.write("shop/__init__.py", "");
  folder.write("shop/cache.py", cache);
  folder.write("shop/user.py", "from shop.cache import _cache\n\ndef put(x):\n    _cache[x] = x\n");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  for (const std::string format : {"text", "markdown", "json", "html"}) {
    const std::string command = "cd '" + folder.path().string() + "' && '" THREADLINT_BINARY "' review --format " +
                                format + " --exit-zero > expected";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const Json answer = client.request("threadlint/review", {{"format", format}});
    EXPECT_EQ(answer["result"]["text"], folder.read("expected")) << format;
  }
}

TEST(LiveReview, SeesTheTextsOfTheEditor) {
  TemporaryFolder folder;
  folder.write("cache.py", "x = 1\n");
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "cache.py"), cache);
  const Json review =
      Json::parse(client.request("threadlint/review", {{"format", "json"}})["result"]["text"].get<std::string>());
  EXPECT_EQ(review["modules"][0]["globals"][0]["name"], "_cache");
  EXPECT_EQ(review["modules"][0]["filename"], "cache.py");
}

TEST(LiveReview, IsMarkdownUnlessTheClientSaysMore) {
  ScriptedClient client;
  client.initialize();
  EXPECT_THAT(client.request("threadlint/review", nullptr)["result"]["text"].get<std::string>(), HasSubstr("#"));
  EXPECT_EQ(error_code(client.request("threadlint/review", {{"format", "pdf"}})), -32602);
}

TEST(LiveReview, CanBeCancelled) {
  Gate gate;
  server::ServeOptions options;
  options.analysis.review = [&gate](const auto&... given) {
    gate.pass();
    return analysis::review_module(given...);
  };
  ScriptedClient client(options);
  client.initialize();
  client.open("file:///a.py", cache);
  client.open("file:///b.py", cache);
  const auto id = client.send_request("threadlint/review", Json::object());
  gate.wait_for_worker();
  client.notify("$/cancelRequest", {{"id", id}});
  EXPECT_EQ(error_code(client.response_to(id)), -32800);
  gate.open();
  EXPECT_EQ(client.quit(), 0);
}

TEST(Explain, GivesThePageOfARule) {
  ScriptedClient client;
  client.initialize();
  const std::string page = client.request("threadlint/explain", {{"rule", "unlocked-update"}})["result"]["markdown"];
  EXPECT_THAT(page, HasSubstr("# unlocked-update"));
  EXPECT_THAT(page, HasSubstr("```python"));
  const Json unknown = client.request("threadlint/explain", {{"rule", "unlocked-updat"}});
  EXPECT_EQ(error_code(unknown), -32602);
  EXPECT_THAT(unknown["error"]["message"].get<std::string>(), HasSubstr("did you mean `unlocked-update`"));
}

TEST(DebugInformation, TellsWhatTheServerHas) {
  TemporaryFolder folder;
  folder.write("a.py", cache);
  ScriptedClient client;
  client.initialize(tests::modern_capabilities(), uri_in(folder, ""));
  client.open(uri_in(folder, "a.py"), cache);
  client.wait_idle();
  const std::string text = client.request("threadlint/debugInformation", Json::object())["result"]["text"];
  EXPECT_THAT(text, HasSubstr("threadlint "));
  EXPECT_THAT(text, HasSubstr("positions in utf-16"));
  EXPECT_THAT(text, HasSubstr(folder.path().string()));
  EXPECT_THAT(text, HasSubstr("project: 1 modules"));
  EXPECT_THAT(text, HasSubstr("a.py: module `a`, version 1"));
}

TEST(DebugInformation, IsACommandThatWritesToTheLogOfTheClient) {
  ScriptedClient client;
  const Json capabilities = client.initialize()["capabilities"];
  EXPECT_THAT(capabilities["executeCommandProvider"]["commands"],
              testing::Contains("threadlint.printDebugInformation"));
  const Json answer = client.request("workspace/executeCommand", {{"command", "threadlint.printDebugInformation"}});
  const Json message = client.next_notification();
  EXPECT_EQ(message["method"], "window/logMessage");
  EXPECT_EQ(message["params"]["message"], answer["result"]["text"]);
}

TEST(MemoryUsage, IsToldByComponent) {
  ScriptedClient client;
  client.initialize();
  client.open("file:///a.py", cache);
  client.wait_idle();
  const Json usage = client.request("threadlint/memoryUsage", nullptr)["result"];
  EXPECT_GT(usage["resident"], 1'000'000);
  EXPECT_EQ(usage["components"]["openDocuments"], Json({{"count", 1}, {"textBytes", std::string(cache).size()}}));
  EXPECT_EQ(usage["components"]["project"]["count"], 1);
}

}  // namespace
