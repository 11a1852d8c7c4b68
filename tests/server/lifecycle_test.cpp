// From the first byte to the exit code.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/uri.h"
#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"
#include "tests/support/temporary_folder.h"

namespace {

using testing::HasSubstr;
using tests::error_code;
using tests::Json;
using tests::ScriptedClient;

/// A process that does nothing until it is killed.
class IdleProcess {
 public:
  IdleProcess() : id_(fork()) {
    if (id_ != 0) return;
    while (true) pause();
  }
  ~IdleProcess() { end(); }
  IdleProcess(const IdleProcess&) = delete;
  IdleProcess& operator=(const IdleProcess&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }

  void end() {
    if (id_ == 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = 0;
  }

 private:
  pid_t id_;
};

TEST(Lifecycle, EndsWithZeroAfterShutdownAndExit) {
  ScriptedClient client;
  client.initialize();
  EXPECT_EQ(client.request("shutdown", nullptr)["result"], Json());
  client.notify("exit", nullptr);
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 0);
}

TEST(Lifecycle, EndsWithOneOnExitWithoutShutdown) {
  ScriptedClient client;
  client.initialize();
  client.notify("exit", nullptr);
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 1);
}

TEST(Lifecycle, EndsWithOneOnExitBeforeInitialize) {
  ScriptedClient client;
  client.notify("exit", nullptr);
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 1);
}

TEST(Lifecycle, EndsWithTheInput) {
  ScriptedClient client;
  client.initialize();
  EXPECT_EQ(client.end(), 1);
}

TEST(Lifecycle, EndsWithZeroWhenTheInputEndsAfterShutdown) {
  ScriptedClient client;
  client.initialize();
  client.request("shutdown", nullptr);
  EXPECT_EQ(client.end(), 0);
}

TEST(Lifecycle, EndsWithInputThatEndsInsideAHeader) {
  ScriptedClient client;
  client.send_bytes("Content-Length: 1");
  EXPECT_EQ(client.end(), 1);
  EXPECT_THAT(client.log(), HasSubstr("the input ends inside a message"));
}

TEST(Lifecycle, EndsWithInputThatEndsInsideABody) {
  ScriptedClient client;
  client.initialize();
  client.send_bytes("Content-Length: 100\r\n\r\n{\"jsonrpc\"");
  EXPECT_EQ(client.end(), 1);
  EXPECT_THAT(client.log(), HasSubstr("the input ends inside a message"));
}

TEST(Lifecycle, EndsWhenTheClientsProcessIsGone) {
  IdleProcess editor;
  ScriptedClient client({.process_watch = std::chrono::milliseconds(1)});
  client.request("initialize", {{"processId", editor.id()}, {"capabilities", Json::object()}});
  editor.end();
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 1);
  EXPECT_THAT(client.log(), HasSubstr("is gone"));
}

TEST(Lifecycle, EndsWhenTheProcessOfTheCommandLineIsGone) {
  IdleProcess editor;
  ScriptedClient client({.client_process_id = editor.id(), .process_watch = std::chrono::milliseconds(1)});
  client.initialize();
  editor.end();
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 1);
}

TEST(Lifecycle, DoesNotWatchAProcessThatWasNeverSeen) {
  IdleProcess other;
  const pid_t number = other.id();
  other.end();
  ScriptedClient client({.process_watch = std::chrono::milliseconds(1)});
  client.request("initialize", {{"processId", number}, {"capabilities", Json::object()}});
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("is not seen from here"));
}

TEST(Lifecycle, EndsCleanlyWhenTerminated) {
  ScriptedClient client;
  client.initialize();
  kill(getpid(), SIGTERM);
  EXPECT_EQ(client.receive(), std::nullopt);
  EXPECT_EQ(client.end(), 0);
}

TEST(Lifecycle, RefusesRequestsBeforeInitialize) {
  ScriptedClient client;
  EXPECT_EQ(error_code(client.request("textDocument/codeAction", Json::object())), -32002);
  EXPECT_EQ(error_code(client.request("shutdown", nullptr)), -32002);
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32002);
}

TEST(Lifecycle, DropsNotificationsBeforeInitialize) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.open("file:///a.py", "BUG");
  client.initialize();
  client.wait_idle();
  EXPECT_TRUE(client.notifications().empty());
}

TEST(Lifecycle, InitializesOnce) {
  ScriptedClient client;
  client.initialize();
  EXPECT_EQ(error_code(client.request("initialize", {{"capabilities", Json::object()}})), -32600);
  EXPECT_EQ(client.quit(), 0);
}

TEST(Lifecycle, RefusesRequestsAfterShutdown) {
  ScriptedClient client;
  client.initialize();
  client.request("shutdown", nullptr);
  EXPECT_EQ(error_code(client.request("threadlint/idle", nullptr)), -32600);
  EXPECT_EQ(error_code(client.request("initialize", nullptr)), -32600);
  EXPECT_EQ(error_code(client.request("shutdown", nullptr)), -32600);
  client.notify("exit", nullptr);
  EXPECT_EQ(client.end(), 0);
}

TEST(Lifecycle, DropsNotificationsAfterShutdown) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.request("shutdown", nullptr);
  client.open("file:///a.py", "BUG");
  client.notify("exit", nullptr);
  EXPECT_EQ(client.receive(), std::nullopt);
}

TEST(Lifecycle, WaitsForAHundredAnswersAtMost) {
  const tests::TemporaryFolder folder;  // the command writes into it
  const std::string uri = protocol::uri_of_path(folder / "a.py");
  ScriptedClient client({.analysis = tests::word_analysis()});
  Json capabilities = tests::modern_capabilities();
  capabilities["workspace"]["applyEdit"] = true;
  capabilities["workspace"]["workspaceEdit"]["resourceOperations"] = {"create"};
  client.initialize(capabilities);
  client.open(uri, "BUG");
  client.wait_idle();
  const std::string fingerprint = client.diagnostics(uri).at(0).json["data"]["fingerprint"];
  const Json argument = {{"uri", uri}, {"fingerprint", fingerprint}};
  for (int i = 0; i < 130; ++i) {
    (void)client.request("workspace/executeCommand",
                         {{"command", "threadlint.generateTest"}, {"arguments", Json::array({argument})}});
  }
  const std::string text = client.request("threadlint/debugInformation", nullptr)["result"]["text"];
  EXPECT_THAT(text, HasSubstr("and 100 of ours wait for an answer"));
  EXPECT_EQ(client.quit(), 0);
}

}  // namespace
