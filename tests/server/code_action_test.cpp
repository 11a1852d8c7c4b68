// What is published and offered, to clients that can do much and to those that can do little.
#include <gmock/gmock.h>

#include "analysis/rules/registry.h"
#include "tests/support/fake_analysis.h"
#include "tests/support/scripted_client.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Json;
using tests::modern_capabilities;
using tests::ScriptedClient;

const std::string uri = "file:///shop/codecs.py";

/// The first diagnostic of "BUG", published to a client with these capabilities.
Json diagnostic_for(const Json& capabilities) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(capabilities);
  client.open(uri, "first\n BUG");
  return client.next_notification()["params"]["diagnostics"][0];
}

/// The answer to a request about "BUG x BUG" with this context.
Json actions_for(const Json& capabilities, const Json& context, analysis::TextRange range = {0, 9}) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize(capabilities);
  client.open(uri, "BUG x BUG");
  return client.request(
      "textDocument/codeAction",
      {{"textDocument", {{"uri", uri}}}, {"range", client.range_json(uri, range)}, {"context", context}})["result"];
}

TEST(Diagnostics, SayAllThatAModernClientShows) {
  EXPECT_EQ(diagnostic_for(modern_capabilities()), Json::parse(R"({
    "range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 4}},
    "severity": 1,
    "code": "incomplete-initialization",
    "codeDescription": {"href": ")" + analysis::documentation_url(tests::word_rule) +
                                                               R"("},
    "source": "threadlint",
    "message": "the word `BUG`",
    "relatedInformation": [
      {"location": {"uri": "file:///shop/codecs.py",
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}},
       "message": "1. thread 1, `BUG`: finds it empty"},
      {"location": {"uri": "file:///shop/codecs.py",
                    "range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 4}}},
       "message": "2. thread 2, `BUG`: half of it"}],
    "data": {"fingerprint": "ffffffff00000007", "effect": "none", "breaksOn": "never", "evidence": ""}})"));
}

TEST(Diagnostics, TellTheStepsInTheMessageToOtherClients) {
  const Json diagnostic = diagnostic_for(Json::object());
  EXPECT_EQ(diagnostic["message"],
            "the word `BUG`\n"
            "1. thread 1, `BUG`: finds it empty (line 1)\n"
            "2. thread 2, `BUG`: half of it (line 2)");
  EXPECT_FALSE(diagnostic.contains("relatedInformation"));
}

TEST(Diagnostics, FadeUnusedSuppressionsWhereThatIsShown) {
  static const analysis::Rule unused{.info = {.name = "unused-suppression"}, .check = nullptr};
  const auto tags_for = [](const Json& capabilities) {
    server::Analysis analysis = tests::word_analysis();
    analysis.find_problems = [](const auto&...) {
      std::vector<analysis::Finding> findings(1);
      findings[0].rule = &unused;
      return findings;
    };
    ScriptedClient client({.analysis = analysis});
    client.initialize(capabilities);
    client.open(uri, "x");
    return client.next_notification()["params"]["diagnostics"][0].value("tags", Json());
  };
  EXPECT_EQ(tags_for(modern_capabilities()), Json::array({1}));
  EXPECT_EQ(tags_for(Json::object()), Json());
}

TEST(CodeAction, OffersTheRepairsOfAFinding) {
  const Json actions = actions_for(modern_capabilities(), {{"only", {"quickfix"}}}, {6, 9});
  ASSERT_THAT(actions, SizeIs(2));
  EXPECT_EQ(actions[0]["title"], "write `FIX`");
  EXPECT_EQ(actions[0]["kind"], "quickfix");
  EXPECT_EQ(actions[0]["isPreferred"], true);
  EXPECT_EQ(actions[0]["edit"], Json::parse(R"({"documentChanges": [
    {"textDocument": {"uri": "file:///shop/codecs.py", "version": 1},
     "edits": [{"range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 9}}, "newText": "FIX"}]}]})"));
  EXPECT_EQ(actions[0]["diagnostics"][0]["data"]["fingerprint"], "ffffffff00000006");
  EXPECT_EQ(actions[1]["title"], "write nothing");
  EXPECT_EQ(actions[1]["disabled"], Json({{"reason", "nothing is not a word"}}));
  EXPECT_FALSE(actions[1].contains("edit"));
}

TEST(CodeAction, FindsByRange) {
  const auto count_for = [](analysis::TextRange range) {
    return actions_for(modern_capabilities(), {{"only", {"quickfix"}}}, range).size() / 2;
  };
  EXPECT_EQ(count_for({0, 0}), 1U);
  EXPECT_EQ(count_for({2, 2}), 1U);
  EXPECT_EQ(count_for({3, 3}), 1U);
  EXPECT_EQ(count_for({4, 5}), 0U);
  EXPECT_EQ(count_for({2, 7}), 2U);
  EXPECT_EQ(count_for({0, 9}), 2U);
}

TEST(CodeAction, HonoursTheKindsThatTheClientWants) {
  const auto count_for = [](const Json& only) {
    return actions_for(modern_capabilities(), {{"diagnostics", Json::array()}, {"only", only}}).size();
  };
  EXPECT_EQ(count_for({"quickfix"}), 4U);
  EXPECT_EQ(count_for({"refactor", "quickfix"}), 4U);
  EXPECT_EQ(count_for({""}), 5U) << "and the fix of all";
  EXPECT_EQ(count_for(nullptr), 5U);
  EXPECT_EQ(count_for(Json::array()), 0U);
  EXPECT_EQ(count_for({"refactor"}), 0U);
  EXPECT_EQ(count_for({"quickfix.other"}), 0U);
  EXPECT_EQ(count_for({"quick"}), 0U);
}

TEST(CodeAction, EditsInTheOldWayForClientsThatKnowNoOther) {
  Json capabilities = modern_capabilities();
  capabilities.erase("workspace");
  EXPECT_EQ(actions_for(capabilities, Json::object())[0]["edit"],
            Json::parse(R"({"changes": {"file:///shop/codecs.py": [
    {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}, "newText": "FIX"}]}})"));
}

TEST(CodeAction, KeepsWhatCannotBeDoneFromClientsThatCannotShowIt) {
  Json capabilities = modern_capabilities();
  capabilities["textDocument"]["codeAction"].erase("disabledSupport");
  const Json actions = actions_for(capabilities, {{"only", {"quickfix"}}});
  ASSERT_THAT(actions, SizeIs(2));
  EXPECT_FALSE(actions[0].contains("disabled"));
  EXPECT_FALSE(actions[1].contains("disabled"));
}

TEST(CodeAction, OffersNothingToClientsThatTakeCommandsOnly) {
  Json capabilities = modern_capabilities();
  capabilities["textDocument"].erase("codeAction");
  EXPECT_EQ(actions_for(capabilities, Json::object()), Json::array());
}

TEST(CodeAction, OffersNothingForADocumentThatIsNotOpen) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  const Json place = {{"line", 0}, {"character", 0}};
  const Json answer = client.request(
      "textDocument/codeAction",
      {{"textDocument", {{"uri", uri}}}, {"range", {{"start", place}, {"end", place}}}, {"context", Json::object()}});
  EXPECT_EQ(answer["result"], Json::array());
}

TEST(CodeAction, RefusesARangeThatIsNone) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open(uri, "BUG");
  const Json answer =
      client.request("textDocument/codeAction",
                     Json::parse(R"({"textDocument": {"uri": "file:///shop/codecs.py"}, "context": {"diagnostics": []},
                      "range": {"start": {"line": 1, "character": 0}, "end": {"line": 0, "character": 0}}})"));
  EXPECT_EQ(tests::error_code(answer), -32602);
}

TEST(CodeAction, GoesTheWholeWay) {
  ScriptedClient client({.analysis = tests::word_analysis()});
  client.initialize();
  client.open(uri, "");
  client.type(uri, "# \xC3\xA9\xF0\x9F\x90\x8D\r\nx = BUG\r\ny = BUG\r\n");
  client.wait_idle();
  while (!client.diagnostics(uri).empty()) {
    client.apply(client.code_actions(uri, client.diagnostics(uri)[0].range).at(0));
    client.wait_idle();
  }
  EXPECT_EQ(client.text(uri), "# \xC3\xA9\xF0\x9F\x90\x8D\r\nx = FIX\r\ny = FIX\r\n");
}

}  // namespace
