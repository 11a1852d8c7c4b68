// What the client learns of the server's work: progress, status, traces.
#include <gmock/gmock.h>

#include "protocol/uri.h"
#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Gate;
using tests::Json;
using tests::ScriptedClient;
using tests::TemporaryFolder;

const std::string uri = "file:///a.py";

/// Reading `held.py` waits for the gate; progress is shown at once.
server::ServeOptions held_up(Gate& gate) {
  server::ServeOptions options;
  options.workers = 2;
  options.progress_delay = milliseconds(0);
  options.analysis = tests::word_analysis();
  options.analysis.examine = [&gate](std::string name, auto text, const auto* previous, const auto& stop) {
    if (name == "held") gate.pass();
    return analysis::examine_module(std::move(name), std::move(text), previous, stop);
  };
  return options;
}

Json with_progress() {
  Json capabilities = tests::modern_capabilities();
  capabilities["window"]["workDoneProgress"] = true;
  return capabilities;
}

/// The next message of this method; those before it are skipped.
Json next(ScriptedClient& client, const std::string& method) {
  while (true) {
    Json message = client.next_notification();
    if (message.is_null() || message["method"] == method) return message;
  }
}

Json next_progress(ScriptedClient& client) { return next(client, "$/progress")["params"]; }

void answer(ScriptedClient& client, const Json& request) {
  client.send({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", nullptr}});
}

TEST(Progress, OfAScanIsShownUnderATokenThatTheClientHasCreated) {
  TemporaryFolder folder;
  folder.write("held.py", "");
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.initialize(with_progress(), protocol::uri_of_path(folder.path().string()));
  const Json create = next(client, "window/workDoneProgress/create");
  answer(client, create);
  const Json begin = next_progress(client);
  EXPECT_EQ(begin["token"], create["params"]["token"]);
  EXPECT_EQ(begin["value"]["kind"], "begin");
  EXPECT_EQ(begin["value"]["title"], "Reading the workspace");
  EXPECT_EQ(begin["value"]["cancellable"], true);
  gate.open();
  client.wait_idle();
  Json last = next_progress(client);
  while (last["value"]["kind"] == "report") last = next_progress(client);
  EXPECT_EQ(last["value"], Json::parse(R"({"kind": "end", "message": "1 of 1 files"})"));
  EXPECT_EQ(last["token"], begin["token"]);
}

TEST(Progress, DoesNotWaitForAClientThatDoesNotAnswer) {
  TemporaryFolder folder;
  folder.write("held.py", "");
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.initialize(with_progress(), protocol::uri_of_path(folder.path().string()));
  (void)next(client, "window/workDoneProgress/create");
  client.open(uri, "BUG");
  gate.open();
  client.wait_idle();
  EXPECT_EQ(client.diagnostics(uri).size(), 1U);
  for (const Json& message : client.notifications()) EXPECT_NE(message["method"], "$/progress");
  EXPECT_EQ(client.quit(), 0);
}

TEST(Progress, IsGivenUpWhereTheClientRefusesIt) {
  TemporaryFolder folder;
  folder.write("held.py", "");
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.initialize(with_progress(), protocol::uri_of_path(folder.path().string()));
  const Json create = next(client, "window/workDoneProgress/create");
  client.send({{"jsonrpc", "2.0"}, {"id", create["id"]}, {"error", {{"code", -32601}, {"message", "no"}}}});
  gate.open();
  client.wait_idle();
  client.notify("workspace/didCreateFiles", {{"files", Json::array({{{"uri", uri}}})}});
  client.wait_idle();
  for (const Json& message : client.notifications()) {
    EXPECT_NE(message["method"], "$/progress");
    EXPECT_NE(message["method"], "window/workDoneProgress/create");
  }
}

TEST(Progress, UsesTheTokenOfInitializeWhereNoneCanBeCreated) {
  TemporaryFolder folder;
  folder.write("held.py", "");
  Gate gate;
  ScriptedClient client(held_up(gate));
  client.request("initialize", {{"capabilities", Json::object()},
                                {"workDoneToken", "begun"},
                                {"rootUri", protocol::uri_of_path(folder.path().string())}});
  const Json begin = next_progress(client);
  EXPECT_EQ(begin["token"], "begun");
  EXPECT_EQ(begin["value"]["kind"], "begin");
  gate.open();
  client.wait_idle();
}

TEST(Progress, OfShortScansIsNotShown) {
  TemporaryFolder folder;
  folder.write("a.py", "");
  server::ServeOptions options;
  options.progress_delay = std::chrono::hours(1);
  ScriptedClient client(options);
  client.initialize(with_progress(), protocol::uri_of_path(folder.path().string()));
  client.wait_idle();
  EXPECT_THAT(client.notifications(), IsEmpty());
}

TEST(Progress, ThatTheUserCancelsEndsTheScan) {
  TemporaryFolder folder;
  folder.write("held.py", std::string(100, '\n'));  // the largest is read first
  for (int i = 0; i < 20; ++i) folder.write("m" + std::to_string(i) + ".py", "");
  Gate gate;
  server::ServeOptions options = held_up(gate);
  options.workers = 1;
  ScriptedClient client(options);
  client.initialize(with_progress(), protocol::uri_of_path(folder.path().string()), {{"status", true}});
  gate.wait_for_worker();
  const Json create = next(client, "window/workDoneProgress/create");
  answer(client, create);
  const Json begin = next_progress(client);
  client.notify("window/workDoneProgress/cancel", {{"token", begin["token"]}});
  EXPECT_TRUE(client.request("threadlint/memoryUsage", nullptr).contains("result"));  // so it was heard
  gate.open();
  client.wait_idle();
  Json status = next(client, "threadlint/status")["params"];
  while (status["state"] != "idle") status = next(client, "threadlint/status")["params"];
  EXPECT_EQ(status["files"], 1);
  EXPECT_EQ(client.quit(), 0);
}

TEST(Status, IsSentToClientsThatWantIt) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(tests::modern_capabilities(), nullptr, {{"status", true}});
  client.open(uri, "BUG BUG");
  client.wait_idle();
  std::vector<std::string> states;
  Json last;
  for (const Json& message : client.notifications()) {
    if (message["method"] != "threadlint/status") continue;
    last = message["params"];
    states.push_back(last["state"]);
  }
  EXPECT_THAT(states, ElementsAre("idle", "busy", "idle"));
  EXPECT_EQ(last, Json::parse(R"({"state": "idle", "message": "", "files": 1, "findings": 2})"));
}

TEST(Status, IsNotSentToOthers) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open(uri, "BUG");
  client.wait_idle();
  for (const Json& message : client.notifications()) EXPECT_NE(message["method"], "threadlint/status");
}

TEST(Status, TellsOfTrouble) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(tests::modern_capabilities(), nullptr, {{"status", true}});
  client.open(uri, "BUG");
  client.wait_idle();
  const Json backwards = {{"start", {{"line", 0}, {"character", 2}}}, {"end", {{"line", 0}, {"character", 1}}}};
  client.notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", 2}}},
                                           {"contentChanges", Json::array({{{"range", backwards}, {"text", ""}}})}});
  client.wait_idle();
  Json status = next(client, "threadlint/status")["params"];
  while (status["state"] != "error") status = next(client, "threadlint/status")["params"];
  EXPECT_THAT(status["message"], HasSubstr("is not analysed until it is opened again"));
  EXPECT_EQ(client.quit(), 0);
}

TEST(Trace, TellsOfMessagesUntilItIsTurnedOff) {
  ScriptedClient client;
  client.request("initialize", {{"capabilities", Json::object()}, {"trace", "messages"}});
  EXPECT_THAT(next(client, "$/logTrace")["params"]["message"], HasSubstr("answered (1)"));
  EXPECT_EQ(client.request("no/such", {{"secret", 7}})["error"]["code"], -32601);
  EXPECT_EQ(next(client, "$/logTrace")["params"], Json({{"message", "request `no/such` (2)"}}));
  client.notify("$/setTrace", {{"value", "verbose"}});
  (void)client.request("no/such", {{"secret", 7}});
  Json trace = next(client, "$/logTrace")["params"];
  while (trace["message"] != "request `no/such` (3)") trace = next(client, "$/logTrace")["params"];
  EXPECT_EQ(trace["verbose"], "{\"secret\":7}");
  client.notify("$/setTrace", {{"value", "off"}});
  (void)client.request("no/such", nullptr);
  const std::size_t told = client.notifications().size();
  (void)client.request("no/such", nullptr);
  EXPECT_EQ(client.notifications().size(), told);
  EXPECT_EQ(client.quit(), 0);
}

TEST(Trace, IsNotSentUnlessTheClientWantsIt) {
  ScriptedClient client;
  client.initialize();
  (void)client.request("no/such", nullptr);
  EXPECT_THAT(client.notifications(), IsEmpty());
}

}  // namespace
