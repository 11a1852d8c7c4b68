// Which code actions are offered when: what the client asks for, who asks, and what comes later.
#include <gmock/gmock.h>

#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::error_code;
using tests::Json;
using tests::modern_capabilities;
using tests::ScriptedClient;

const std::string uri = "file:///shop/codecs.py";
constexpr int invoked = 1;
constexpr int automatic = 2;

Json without_resolving() {
  Json capabilities = modern_capabilities();
  capabilities["textDocument"]["codeAction"].erase("resolveSupport");
  return capabilities;
}

/// The answer to a request about the beginning of the document.
Json ask(ScriptedClient& client, const Json& context) {
  return client.request(
      "textDocument/codeAction",
      {{"textDocument", {{"uri", uri}}}, {"range", client.range_json(uri, {0, 0})}, {"context", context}})["result"];
}

/// An editor with "BUG x BUG", ready to ask.
class Editor {
 public:
  explicit Editor(const Json& capabilities) : client_({.analysis = tests::word_analysis()}) {
    client_.initialize(capabilities);
    client_.open(uri, "BUG x BUG");
  }

  ScriptedClient& client() { return client_; }
  Json ask(const Json& context) { return ::ask(client_, context); }

 private:
  ScriptedClient client_;
};

/// The titles of the actions, "title!" for those that cannot be chosen.
std::vector<std::string> titles(const Json& actions) {
  std::vector<std::string> result;
  for (const Json& action : actions) {
    result.push_back(action["title"].get<std::string>() + (action.contains("disabled") ? "!" : ""));
  }
  return result;
}

const std::string fix_all = "Fix all that threadlint can repair safely";

TEST(CodeActionMenu, AnnouncesItsKinds) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  const Json provider = client.initialize()["capabilities"]["codeActionProvider"];
  EXPECT_EQ(provider["codeActionKinds"], Json({"quickfix", "source.fixAll.threadlint", "refactor.rewrite"}));
  EXPECT_EQ(provider["resolveProvider"], true);
}

TEST(CodeActionMenu, OffersNoLateEditsToClientsThatDoNotAskForThem) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  const Json provider = client.initialize(without_resolving())["capabilities"]["codeActionProvider"];
  EXPECT_FALSE(provider.contains("resolveProvider"));
}

TEST(CodeActionMenu, FindsKindsByTheirBeginning) {
  Editor editor(modern_capabilities());
  const auto asked = [&](const Json& only) { return titles(editor.ask({{"only", only}})); };
  EXPECT_THAT(asked({"source"}), ElementsAre(fix_all));
  EXPECT_THAT(asked({"source.fixAll"}), ElementsAre(fix_all));
  EXPECT_THAT(asked({"source.fixAll.threadlint"}), ElementsAre(fix_all));
  EXPECT_THAT(asked({"quickfix", "source.fixAll"}), ElementsAre("write `FIX`", "write nothing!", fix_all));
  EXPECT_THAT(asked({"source.fixAll.other"}), IsEmpty());
  EXPECT_THAT(asked({"source.fix"}), IsEmpty());
  EXPECT_THAT(asked({"source.organizeImports"}), IsEmpty());
}

TEST(CodeActionMenu, ShowsEverythingToAUserWhoAsksForNoKind) {
  Editor editor(modern_capabilities());
  const std::vector<std::string> all{"write `FIX`", "write nothing!", fix_all};
  EXPECT_EQ(titles(editor.ask({{"triggerKind", invoked}})), all);
  EXPECT_EQ(titles(editor.ask(Json::object())), all) << "older clients do not say who asks";
}

TEST(CodeActionMenu, ShowsOnlyWhatCanBeDoneAsTheCursorMoves) {
  Editor editor(modern_capabilities());
  EXPECT_THAT(titles(editor.ask({{"triggerKind", automatic}})), ElementsAre("write `FIX`"));
}

TEST(CodeActionMenu, FixesAllOnSave) {
  Editor editor(modern_capabilities());
  EXPECT_THAT(titles(editor.ask({{"triggerKind", automatic}, {"only", {"source.fixAll"}}})), ElementsAre(fix_all));
}

TEST(CodeActionMenu, OffersNoFixOfEverythingWhereNothingIsFound) {
  Editor editor(modern_capabilities());
  editor.client().type(uri, "all is well");
  EXPECT_THAT(editor.ask({{"only", {"source"}}}), IsEmpty());
}

TEST(FixAll, ComesWithItsEditToClientsThatDoNotAskForItLater) {
  Editor editor(without_resolving());
  const Json actions = editor.ask({{"only", {"source.fixAll"}}});
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_EQ(actions[0]["kind"], "source.fixAll.threadlint");
  EXPECT_FALSE(actions[0].contains("data"));
  EXPECT_FALSE(actions[0].contains("diagnostics"));
  editor.client().apply(actions[0]);
  EXPECT_EQ(editor.client().text(uri), "FIX x FIX");
}

TEST(FixAll, IsComputedWhenItIsChosen) {
  Editor editor(modern_capabilities());
  const Json actions = editor.ask({{"only", {"source.fixAll"}}});
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_FALSE(actions[0].contains("edit"));
  const Json resolved = editor.client().request("codeAction/resolve", actions[0])["result"];
  EXPECT_EQ(resolved["title"], fix_all);
  EXPECT_EQ(resolved["edit"], Json::parse(R"({"documentChanges": [
    {"textDocument": {"uri": "file:///shop/codecs.py", "version": 1},
     "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 9}},
                "newText": "FIX x FIX"}]}]})"));
}

TEST(FixAll, RefusesATextThatChangedSinceItWasOffered) {
  Editor editor(modern_capabilities());
  const Json actions = editor.ask({{"only", {"source.fixAll"}}});
  editor.client().edit(uri, {3, 3}, " ");
  EXPECT_EQ(error_code(editor.client().request("codeAction/resolve", actions[0])), -32801);
}

TEST(FixAll, RefusesADocumentThatWasClosed) {
  Editor editor(modern_capabilities());
  const Json actions = editor.ask({{"only", {"source.fixAll"}}});
  editor.client().close(uri);
  EXPECT_EQ(error_code(editor.client().request("codeAction/resolve", actions[0])), -32801);
}

TEST(FixAll, RefusesATextThatChangesMeanwhile) {
  tests::Gate gate;
  server::Analysis analysis = tests::word_analysis();
  analysis.repair_module = [&gate, repair = analysis.repair_module](auto&&... arguments) {
    gate.pass();
    return repair(std::forward<decltype(arguments)>(arguments)...);
  };
  ScriptedClient client({.analysis = analysis});
  client.initialize();
  client.open(uri, "BUG");
  const Json actions = ask(client, {{"only", {"source"}}});
  const std::int64_t request = client.send_request("codeAction/resolve", actions.at(0));
  gate.wait_for_worker();
  client.edit(uri, {0, 0}, " ");
  client.wait_idle();
  gate.open();
  EXPECT_EQ(error_code(client.response_to(request)), -32801);
}

TEST(FixAll, GivesBackActionsThatAreNotItsOwn) {
  Editor editor(modern_capabilities());
  const Json action = {
      {"title", "Run the proof"}, {"kind", "refactor"}, {"command", {{"title", "Run it"}, {"command", "run"}}}};
  EXPECT_EQ(editor.client().request("codeAction/resolve", action)["result"], action);
}

TEST(FixAll, RefusesDataThatIsNotItsOwn) {
  Editor editor(modern_capabilities());
  const auto code_for = [&](const Json& data) {
    return error_code(editor.client().request("codeAction/resolve", {{"title", "x"}, {"data", data}}));
  };
  EXPECT_EQ(code_for({{"uri", 7}, {"revision", 1}}), -32602);
  EXPECT_EQ(code_for({{"uri", uri}}), -32602);
}

}  // namespace
