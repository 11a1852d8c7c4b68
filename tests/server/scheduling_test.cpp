// Of two texts only the newer one's findings are published, whatever the workers do when.
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::error_code;
using tests::Gate;
using tests::Json;
using tests::ScriptedClient;

const std::string uri = "file:///shop/codecs.py";
const std::string other = "file:///shop/views.py";

/// `word_analysis`, whose first look for problems waits at the gate. It does not notice that it is told to stop.
server::Analysis gated(Gate& gate) {
  server::Analysis analysis = tests::word_analysis();
  analysis.find_problems = [&gate, find = analysis.find_problems](auto&... all) {
    gate.pass();
    return find(all...);
  };
  return analysis;
}

std::vector<std::int64_t> published_versions(const ScriptedClient& client) {
  std::vector<std::int64_t> versions;
  for (const Json& message : client.notifications()) versions.push_back(message["params"].value("version", -1));
  return versions;
}

std::int64_t ask_for_actions(ScriptedClient& client) {
  return client.send_request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}},
                                                         {"range", client.range_json(uri, {0, 3})},
                                                         {"context", {{"only", {"quickfix"}}}}});
}

TEST(Scheduling, NeverPublishesAStaleResult) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  client.edit(uri, {0, 3}, "");
  client.edit(uri, {0, 0}, "fine");
  // The server has seen the changes when it answers this.
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  gate.open();
  client.wait_idle();
  EXPECT_THAT(published_versions(client), ElementsAre(3));
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
}

TEST(Scheduling, AnalysesOnceForManyQueuedChanges) {
  Gate gate;
  std::atomic<int> count = 0;
  server::Analysis analysis = gated(gate);
  analysis.examine = [&count, examine = analysis.examine](auto name, auto text, const auto* previous,
                                                          const auto& stop) {
    ++count;
    return examine(std::move(name), std::move(text), previous, stop);
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "");
  gate.wait_for_worker();
  for (int i = 0; i < 100; ++i) client.edit(uri, {0, 0}, "BUG ");
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  gate.open();
  client.wait_idle();
  EXPECT_EQ(count, 2);
  EXPECT_THAT(client.diagnostics(uri), SizeIs(100));
}

TEST(Scheduling, AnalysesAgainWhatWasAnalysedBesideAnOlderProject) {
  Gate gate;
  std::atomic<bool> is_held = true;
  server::Analysis analysis;
  analysis.find_problems = [&](const analysis::ModuleFacts& module, auto&... rest) {
    if (module.name == "user" && is_held.exchange(false)) gate.pass();
    return analysis::find_problems_again(module, rest...);
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open("file:///user.py",
              "from library import fill\n_x = {}\ndef x():\n    if not _x:\n        fill(_x)\n    return _x\n");
  gate.wait_for_worker();
  client.open("file:///library.py", "def fill(x):\n    for i in range(9):\n        x[i] = load(i)\n");
  EXPECT_TRUE(client.code_actions("file:///library.py", {0, 0}).empty());  // its analysis is done
  gate.open();
  client.wait_idle();
  EXPECT_THAT(client.diagnostics("file:///user.py"), SizeIs(1));
}

TEST(Scheduling, SeesTheNewTextOfAModuleThroughTheOthers) {
  ScriptedClient client;
  client.initialize();
  client.open("file:///handler.py", R"(import threading
from base import BaseHandler
class Handler(BaseHandler):
    lock = threading.Lock()
    def __call__(self):
        if self.hooks is None:
            self.load()
        return list(self.hooks)
handler = Handler()
)");
  client.open("file:///base.py", "");
  client.wait_idle();
  client.edit("file:///base.py", {0, 0}, R"(class BaseHandler:
    def __init__(self):
        self.hooks = None
    def load(self):
        self.hooks = []
        for name in NAMES:
            self.hooks.append(name)
)");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics("file:///base.py"), SizeIs(1));
}

TEST(Scheduling, TellsWorkersToStop) {
  Gate gate;
  std::atomic<bool> was_told = false;
  server::Analysis analysis = tests::word_analysis();
  analysis.find_problems = [&](const auto&, const auto&, const auto&, auto&, const std::stop_token& stop) {
    gate.pass();
    if (stop.stop_requested()) was_told = true;
    return std::vector<analysis::Finding>();
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "");
  gate.wait_for_worker();
  client.edit(uri, {0, 0}, "x");
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  gate.open();
  client.wait_idle();
  EXPECT_TRUE(was_told);
}

TEST(Scheduling, PublishesNothingForADocumentThatWasClosedMeanwhile) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  client.close(uri);
  client.wait_idle();
  gate.open();
  client.open(uri, "BUG BUG");
  client.wait_idle();
  EXPECT_THAT(published_versions(client), ElementsAre(1));
  EXPECT_THAT(client.diagnostics(uri), SizeIs(2));
}

TEST(Scheduling, AnswersShutdownWhileWorkersRun) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  EXPECT_TRUE(client.request("shutdown", nullptr).contains("result"));
  client.notify("exit", nullptr);
  gate.open();
  EXPECT_EQ(client.end(), 0);
  EXPECT_EQ(client.receive(), std::nullopt);
}

TEST(Scheduling, CancelsARequestThatWaitsForAnAnalysis) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  const std::int64_t request = ask_for_actions(client);
  client.notify("$/cancelRequest", {{"id", 12345}});
  client.notify("$/cancelRequest", {{"id", request}});
  client.notify("$/cancelRequest", {{"id", request}});
  EXPECT_EQ(error_code(client.response_to(request)), -32800);
  gate.open();
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), SizeIs(1));
}

/// The function, which lets the gate hold its worker up.
template <class Function>
Function waiting_at(Gate& gate, Function function) {
  return [&gate, function = std::move(function)](auto&&... arguments) {
    gate.pass();
    return function(std::forward<decltype(arguments)>(arguments)...);
  };
}

TEST(Scheduling, CancelsARequestThatWaitsForARepair) {
  Gate gate;
  server::Analysis analysis = tests::word_analysis();
  analysis.offer_repairs = waiting_at(gate, analysis.offer_repairs);
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "BUG");
  const std::int64_t request = ask_for_actions(client);
  gate.wait_for_worker();
  client.notify("$/cancelRequest", {{"id", request}});
  EXPECT_EQ(error_code(client.response_to(request)), -32800);
  gate.open();
  EXPECT_THAT(client.code_actions(uri, {0, 3}), SizeIs(2));
}

TEST(Scheduling, RefusesRepairsOfATextThatChangedMeanwhile) {
  Gate gate;
  server::Analysis analysis = tests::word_analysis();
  analysis.offer_repairs = waiting_at(gate, analysis.offer_repairs);
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "BUG");
  const std::int64_t request = ask_for_actions(client);
  gate.wait_for_worker();
  client.edit(uri, {0, 0}, "x");
  client.wait_idle();
  gate.open();
  EXPECT_EQ(error_code(client.response_to(request)), -32801);
}

TEST(Scheduling, CancelsWhatWaitsAtShutdown) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  const std::int64_t actions = ask_for_actions(client);
  const std::int64_t idle = client.send_request("threadlint/idle", nullptr);
  EXPECT_TRUE(client.request("shutdown", nullptr).contains("result"));
  EXPECT_EQ(error_code(client.response_to(actions)), -32800);
  EXPECT_EQ(error_code(client.response_to(idle)), -32800);
  gate.open();
}

TEST(Scheduling, AnswersOtherRequestsWhileOneWaits) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  const std::int64_t first = ask_for_actions(client);
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  gate.open();
  EXPECT_THAT(client.response_to(first)["result"], SizeIs(2));
}

TEST(Scheduling, AnswersARequestForADocumentThatIsClosed) {
  Gate gate;
  ScriptedClient client({.analysis = gated(gate)});
  client.initialize();
  client.open(uri, "BUG");
  gate.wait_for_worker();
  const std::int64_t request = ask_for_actions(client);
  client.close(uri);
  EXPECT_THAT(client.response_to(request)["result"], IsEmpty());
  gate.open();
}

TEST(Scheduling, SurvivesAnAnalysisThatThrows) {
  server::Analysis analysis = tests::word_analysis();
  analysis.examine = [examine = analysis.examine](auto name, auto text, const auto* previous, const auto& stop) {
    if (text->bytes().empty()) throw std::runtime_error("no text, no facts");
    return examine(std::move(name), std::move(text), previous, stop);
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "BUG");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), SizeIs(1));
  client.edit(uri, {0, 3}, "");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), IsEmpty());
  EXPECT_THAT(client.code_actions(uri, {0, 0}), IsEmpty());
  client.edit(uri, {0, 0}, "BUG");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(uri), SizeIs(1));
  EXPECT_EQ(client.quit(), 0);
  EXPECT_THAT(client.log(), HasSubstr("no text, no facts"));
}

TEST(Scheduling, SurvivesARepairThatThrows) {
  server::Analysis analysis = tests::word_analysis();
  analysis.offer_repairs = [](auto&&...) -> analysis::RepairOffer { throw std::runtime_error("no repair"); };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "BUG");
  EXPECT_THAT(client.code_actions(uri, {0, 3}), IsEmpty());
  EXPECT_EQ(client.quit(), 0);
}

TEST(Scheduling, GivesThePreviousFactsToTheNextAnalysis) {
  std::vector<std::string> previous_texts;  // written by one job at a time
  server::Analysis analysis = tests::word_analysis();
  analysis.examine = [&, examine = analysis.examine](auto name, auto text, const analysis::ModuleFacts* previous,
                                                     const auto& stop) {
    previous_texts.push_back(previous == nullptr ? "none" : std::string(previous->text->bytes()));
    return examine(std::move(name), std::move(text), previous, stop);
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "one");
  client.wait_idle();
  client.edit(uri, {0, 3}, "two");
  client.wait_idle();
  client.edit(uri, {0, 3}, "three");
  client.wait_idle();
  EXPECT_THAT(previous_texts, ElementsAre("none", "one", "two"));
}

/// `views.py` has a problem if another module changes `views.CACHE`; each other module does if it says so.
server::Analysis joined() {
  server::Analysis analysis = tests::word_analysis();
  analysis.examine = [](std::string name, auto text, const auto*, const auto&) {
    analysis::ModuleFacts module{.name = name, .text = text, .tree = nullptr, .statements = {}, .summary = nullptr};
    auto summary = std::make_shared<analysis::ModuleSummary>();
    summary->name = name;
    if (text->bytes() == "views.CACHE = {}") summary->uses = {{"views", "CACHE", true}};
    summary->digest = summary->uses.size();
    module.summary = summary;
    return module;
  };
  analysis.find_problems = [](const analysis::ModuleFacts& module, const analysis::ProjectIndex& project,
                              const auto&...) {
    std::vector<analysis::Finding> findings;
    if (module.name == "views" && project.is_mutated("views", "CACHE"))
      findings.emplace_back().rule = &tests::word_rule;
    return findings;
  };
  return analysis;
}

TEST(Scheduling, LooksAgainWhenAnotherModuleSaysSomethingNew) {
  ScriptedClient client({.analysis = joined()});
  client.initialize();
  client.open(other, "CACHE = {}");
  client.open(uri, "");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(other), IsEmpty());
  client.edit(uri, {0, 0}, "views.CACHE = {}");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(other), SizeIs(1));
  client.edit(uri, {0, 1}, "w");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(other), IsEmpty());
  client.edit(uri, {0, 1}, "v");
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(other), SizeIs(1));
  client.close(uri);
  client.wait_idle();
  EXPECT_THAT(client.diagnostics(other), IsEmpty());
}

TEST(Scheduling, WaitsForAPauseInTypingAfterTheFirstLetter) {
  std::atomic<int> count = 0;
  server::Analysis analysis = tests::word_analysis();
  analysis.examine = [&count, examine = analysis.examine](auto name, auto text, const auto* previous,
                                                          const auto& stop) {
    ++count;
    return examine(std::move(name), std::move(text), previous, stop);
  };
  ScriptedClient client({.analysis = analysis});
  client.request("initialize", {{"capabilities", tests::modern_capabilities()},
                                {"initializationOptions", {{"debounceMs", 3'600'000}}}});
  client.open(uri, "BUG");
  EXPECT_EQ(client.next_notification()["params"]["version"], 1);  // a text that is opened does not wait
  client.edit(uri, {0, 0}, "BUG ");
  EXPECT_EQ(client.next_notification()["params"]["version"], 2);  // the first letter does not either
  for (int i = 0; i < 10; ++i) client.edit(uri, {0, 0}, "BUG ");
  EXPECT_EQ(error_code(client.request("no/such", nullptr)), -32601);
  EXPECT_EQ(count, 2);
  // Whoever asks does not wait for the pause.
  EXPECT_THAT(client.code_actions(uri, {0, 3}), SizeIs(2));
  EXPECT_EQ(count, 3);
  EXPECT_THAT(client.diagnostics(uri), SizeIs(12));
}

}  // namespace
